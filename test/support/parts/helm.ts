import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { installed } from './installed.ts'
import type { KubernetesObject } from './kubernetes-client.ts'

const CHART = fileURLToPath(new URL('../../../charts/sallyport', import.meta.url))

/** Runs helm and gives what it prints. @throws Error with what it said if it fails */
export const helm = async (...words: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(installed('helm/helm', 'helm'), words, {
    maxBuffer: 64 * 1_024 * 1_024,
  })
  return stdout
}

/** `helm template` of the chart as the release `sally` in the namespace `auth`. @throws Error with what helm says */
export const renderChart = (...words: readonly string[]): Promise<string> =>
  helm('template', 'sally', CHART, '--namespace', 'auth', ...words)

/** The objects of a text of manifests. */
export const objectsOf = (text: string): readonly KubernetesObject[] =>
  parseAllDocuments(text).flatMap((document) => document.toJS() ?? [])

/** `helm lint` of the chart with its default values, warnings counted as errors. */
export const lintChart = (): Promise<string> => helm('lint', '--strict', '--quiet', CHART)
