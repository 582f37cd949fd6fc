import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { installed } from './installed.ts'
import type { KubernetesObject } from './kubernetes-client.ts'

/** The projects whose definitions are laid out. */
const PROJECTS = ['contour', 'emissary', 'envoy-gateway', 'gateway-api', 'istio'] as const

interface Version {
  readonly name: string
  readonly storage: boolean
}

interface CrdSpec {
  readonly conversion?: { readonly strategy: string }
  readonly versions: readonly Version[]
}

/**
 * A definition that needs no other process: where versions are converted by the webhook of the
 * project's own controller, only the newest version stays.
 */
const standingAlone = (crd: KubernetesObject): KubernetesObject => {
  const spec = crd.spec as CrdSpec
  const newest = spec.versions.at(-1)
  if (spec.conversion?.strategy !== 'Webhook' || newest === undefined) return crd
  const { conversion: _, ...rest } = spec
  return { ...crd, spec: { ...rest, versions: [{ ...newest, storage: true }] } }
}

const read = (project: string): readonly KubernetesObject[] =>
  parseAllDocuments(
    readFileSync(installed(`gateway-schemas/${project}.yaml`, 'gateway-schemas'), 'utf8'),
  )
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object?.kind === 'CustomResourceDefinition')
    .flatMap((object) => (object === null ? [] : [standingAlone(object)]))

/**
 * The CustomResourceDefinitions of the gateways that attach prints for, as far as a registry has
 * them.
 */
export const gatewayCrds = (): readonly KubernetesObject[] => PROJECTS.flatMap(read)
