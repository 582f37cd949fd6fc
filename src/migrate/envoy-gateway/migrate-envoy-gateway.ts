import type {
  InputFile,
  MigrationOptions,
  MigrationRead,
  Told,
  WrittenManifest,
} from '../model/migration.ts'
import { type JsonObject, objectIn } from '../reading/json.ts'
import { kindOf, nameIn, namespaceIn, objectsIn } from '../reading/kubernetes.ts'
import { createLedger } from '../reading/ledger.ts'
import { settingsBelow } from '../reading/settings.ts'
import { readDocuments } from '../reading/yaml-documents.ts'
import { hostsAmong, toldOthers } from '../writing/hosts.ts'
import { objectName, unlikeNames } from '../writing/names.ts'
import type { Part } from '../writing/part.ts'
import { routesOf } from '../writing/parts.ts'
import { everyPath } from '../writing/ranked-match.ts'
import { policyPart } from './policy-part.ts'
import { ENVOY_GATEWAY_SETTINGS } from './policy-settings.ts'
import { missingTargets, type Target, targetsOf } from './targets.ts'

interface PolicyRead {
  readonly manifests: readonly WrittenManifest[]
  readonly parts: readonly Part[]
  readonly told: readonly Told[]
}

const EVERYWHERE: Target = { hosts: [], matches: [everyPath()], isGateway: false }

const toldMissing = (setting: string): Told => ({
  setting,
  goes: 'none',
  words:
    'it is not among the files, so that nothing is written for its hosts and paths, and another rule may hold for them: give it as well',
})

const readPolicy = (
  name: string,
  policy: JsonObject,
  objects: readonly JsonObject[],
  options: MigrationOptions,
): PolicyRead => {
  const spec = objectIn(policy.spec)
  const written = `SecurityPolicy ${nameIn(policy)}: `
  const settings = settingsBelow(ENVOY_GATEWAY_SETTINGS, spec, { name: '', written: '' }).map(
    (one) => ({ ...one, written: `${written}${one.written}` }),
  )
  const ledger = createLedger(ENVOY_GATEWAY_SETTINGS, settings, {
    product: 'Envoy Gateway',
    before: written,
    meant: options.meant,
  })
  const place = {
    name,
    namespace: namespaceIn(policy) ?? options.namespace,
  }
  const targets = targetsOf(policy, objects)
  const missing = missingTargets(policy, objects)
  const found = (targets.length === 0 ? [EVERYWHERE] : targets).map((target) => ({
    ...target,
    hosts: hostsAmong([...target.hosts, ...options.hosts]).hosts,
  }))
  const hosts = [...new Set(found.flatMap((target) => target.hosts))]
  const {
    manifests,
    settings: settled,
    rules,
    comments,
  } = policyPart(ledger, spec, { place, hosts })
  const closed = ledger.closed()
  const parts = found.map((target) => ({
    ...target,
    isUnplaced: targets.length === 0,
    place,
    settings: settled,
    rules,
    closed,
    comments,
  }))
  return {
    manifests,
    parts,
    told: [
      ...ledger.told(),
      ...missing.map((one) => toldMissing(`${written}target ${one}`)),
      ...toldOthers(targets.flatMap((one) => one.hosts)),
    ],
  }
}

const isOfEnvoyGateway = ({ apiVersion }: JsonObject): boolean =>
  String(apiVersion).startsWith('gateway.envoyproxy.io/')

const NOTHING =
  'there is no SecurityPolicy of Envoy Gateway: give it, with the HTTPRoutes and Gateways that it is attached to'

/** Writes the manifests that take the place of SecurityPolicies. */
export const migrateEnvoyGateway = (
  files: readonly InputFile[],
  options: MigrationOptions,
): MigrationRead => {
  const read = files.map(readDocuments)
  const problems = read.flatMap((one) => (one.kind === 'malformed' ? one.problems : []))
  const objects = objectsIn(read.flatMap((one) => (one.kind === 'read' ? one.documents : [])))
  const policies = objects.filter(
    (one) => kindOf(one) === 'SecurityPolicy' && isOfEnvoyGateway(one),
  )
  const names = files.map(({ name }) => name).join(', ')
  const nothing = policies.length === 0 ? [`${names}: ${NOTHING}`] : []
  if (problems.length + nothing.length > 0) {
    return { kind: 'unreadable', problems: problems.length > 0 ? problems : nothing }
  }
  const called = unlikeNames(
    policies.map((policy) => objectName(options.name ?? nameIn(policy), 'route')),
  )
  const migrated = policies.map((policy, index) =>
    readPolicy(called[index] ?? 'route', policy, objects, options),
  )
  const routes = routesOf(migrated.flatMap(({ parts }) => parts))
  return {
    kind: 'migrated',
    migration: {
      manifests: [...migrated.flatMap(({ manifests }) => manifests), ...routes.manifests],
      configuration: {},
      told: [...migrated.flatMap(({ told }) => told), ...routes.told],
    },
  }
}
