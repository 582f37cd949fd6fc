import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { installed } from './installed.ts'
import type { KubernetesObject } from './kubernetes-client.ts'

/** The folder of the chart. */
export const CHART = fileURLToPath(new URL('../../../charts/sallyport', import.meta.url))

/**
 * What runs a command line and gives what it prints. @throws Error with what it said if it fails
 */
export type Helm = (...words: readonly string[]) => Promise<string>

const helmOf =
  (part: 'helm' | 'helm3', environment: Readonly<Record<string, string>> = {}): Helm =>
  async (...words) => {
    const { stdout } = await promisify(execFile)(installed(`${part}/helm`, 'helm'), words, {
      maxBuffer: 64 * 1_024 * 1_024,
      env: { ...process.env, ...environment },
    })
    return stdout
  }

/** Every Helm that is tried: the pinned one, and the oldest that the chart is for. */
export const HELMS = { 'Helm 4': helmOf('helm'), 'Helm 3.14': helmOf('helm3') } as const

/** The pinned Helm. */
export const helm = HELMS['Helm 4']

/** The same at a cluster; what Helm remembers goes into a folder. */
export const helmsAt = (kubeconfigFile: string, folder: string): Readonly<Record<string, Helm>> => {
  const environment = { KUBECONFIG: kubeconfigFile, HOME: folder }
  return { 'Helm 4': helmOf('helm', environment), 'Helm 3.14': helmOf('helm3', environment) }
}

/**
 * `helm template` of the chart as the release `sally` in the namespace `auth`. @throws Error with
 * what helm says
 */
export const renderChart = (words: readonly string[] = [], by: Helm = helm): Promise<string> =>
  by('template', 'sally', CHART, '--namespace', 'auth', '--kube-version', '1.36.0', ...words)

/** The objects of a text of manifests. */
export const objectsOf = (text: string): readonly KubernetesObject[] =>
  parseAllDocuments(text).flatMap((document) => document.toJS() ?? [])
