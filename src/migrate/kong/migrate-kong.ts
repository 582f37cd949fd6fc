import type {
  InputFile,
  MigrationOptions,
  MigrationRead,
  Told,
  WrittenManifest,
} from '../model/migration.ts'
import { isObject, type JsonObject } from '../reading/json.ts'
import { kindOf, objectsIn } from '../reading/kubernetes.ts'
import { createLedger } from '../reading/ledger.ts'
import { settingsBelow } from '../reading/settings.ts'
import { readDocuments } from '../reading/yaml-documents.ts'
import { hostsAmong, toldOthers } from '../writing/hosts.ts'
import { objectName, unlikeNames } from '../writing/names.ts'
import type { Part } from '../writing/part.ts'
import { routesOf } from '../writing/parts.ts'
import { everyPath } from '../writing/ranked-match.ts'
import { authorizeOf } from './authorize.ts'
import { bareParts } from './bare-parts.ts'
import { clientManifest } from './client.ts'
import { configurationOf } from './configuration.ts'
import { headersOf } from './headers.ts'
import { readCluster } from './input/cluster.ts'
import { coveringHosts } from './input/covering-hosts.ts'
import { isDeclarative, readDeclarative } from './input/declarative.ts'
import type { KongInput, KongRoute, Occurrence } from './input/occurrence.ts'
import { otherPlugins } from './other-plugins.ts'
import { providerManifest } from './provider.ts'
import { KONG_SETTINGS } from './settings/kong-settings.ts'
import { claimOf } from './values.ts'
import { waysInOf } from './ways-in.ts'

interface PluginRead {
  readonly manifests: readonly WrittenManifest[]
  readonly parts: readonly Part[]
  readonly configuration: JsonObject
  readonly told: readonly Told[]
}

const NOWHERE: KongRoute = {
  name: 'route',
  hosts: [],
  matches: [everyPath()],
  beyond: [],
  others: [],
}

const PREFLIGHTS = { name: 'preflights', match: [{ methods: ['OPTIONS'] }], public: true }

const lacking = ({ lacks }: Occurrence): readonly Told[] =>
  lacks.map((setting) => ({
    setting,
    goes: 'none',
    words: 'what it refers to is not among the files: give the configuration itself',
    closes: true,
  }))

const readPlugin = (
  name: string,
  occurrence: Occurrence,
  consumers: KongInput['consumers'],
  options: MigrationOptions,
): PluginRead => {
  const before = `openid-connect of ${occurrence.name}: `
  const settings = settingsBelow(KONG_SETTINGS, occurrence.config, { name: '', written: '' }).map(
    (one) => ({ ...one, written: `${before}${one.written}` }),
  )
  const ledger = createLedger(KONG_SETTINGS, settings, {
    product: 'the plugin',
    meant: options.meant,
    before,
  })
  const place = {
    name,
    namespace: occurrence.namespace ?? options.namespace,
  }
  const isUnplaced = occurrence.routes.length === 0
  const routes = (isUnplaced ? [NOWHERE] : occurrence.routes).map((route) => ({
    ...route,
    hosts: hostsAmong([...route.hosts, ...options.hosts]).hosts,
  }))
  const hosts = [...new Set(routes.flatMap((route) => route.hosts))]
  const { authenticate, hasSession, needsClient, hasPassword } = waysInOf(ledger, place.name)
  const authorize = authorizeOf(ledger, consumers, hasSession)
  const headers = headersOf(ledger)
  const isShown = ledger.flag('run_on_preflight') === false
  const provider = providerManifest(ledger, place)
  const client = needsClient ? [clientManifest(ledger, place, hosts)] : []
  const configuration = configurationOf(ledger, hasPassword)
  const groups = claimOf(ledger, 'authenticated_groups_claim', '')
  const others = routes.map((route) => otherPlugins(route, groups === '' ? undefined : groups))
  const lacks = lacking(occurrence)
  const closed = [...ledger.closed(), ...lacks.map(({ setting }) => setting)]
  const parts = routes.map((route, index) => ({
    place: {
      ...place,
      name: objectName(route.name === 'route' ? place.name : route.name, place.name),
    },
    hosts: route.hosts,
    matches: route.matches,
    isUnplaced,
    settings: {
      ...(hasSession ? { clientRef: { name: place.name } } : {}),
      authenticate,
      authorize: [...authorize, ...(others[index]?.clauses ?? [])],
      ...headers,
    },
    rules: isShown ? [PREFLIGHTS] : [],
    closed: [...closed, ...(others[index]?.closed ?? [])],
    comments:
      authenticate.length === 0
        ? ['INCOMPLETE: set authenticate: no way in of the input can be taken.']
        : [],
  }))
  const told = [
    ...ledger.told(),
    ...lacks,
    ...new Map(others.flatMap((one) => one.told).map((one) => [one.setting, one])).values(),
    ...toldOthers(occurrence.routes.flatMap((route) => route.hosts)),
  ]
  return { manifests: [provider, ...client], parts, configuration, told }
}

const unusedTold = ({ name }: Occurrence): Told => ({
  setting: `openid-connect of ${name}`,
  goes: 'none',
  words:
    'no route of the files is left to it: name the hosts with --host, or another plugin is nearer to each',
})

const NOTHING =
  'there is no plugin openid-connect: give a declarative configuration, or KongPlugins with the Ingresses that name them'

const readInput = (documents: readonly unknown[]): KongInput => {
  const loose = documents.filter(isObject).filter((one) => kindOf(one) === undefined)
  const objects = objectsIn(documents).filter((one) => kindOf(one) !== undefined)
  const all = [...loose.filter(isDeclarative).map(readDeclarative), readCluster(objects)]
  return coveringHosts({
    occurrences: all.flatMap(({ occurrences }) => occurrences),
    bare: all.flatMap(({ bare }) => bare),
    consumers: all.flatMap(({ consumers }) => consumers),
  })
}

/** Writes the manifests that take the place of Kong's plugin openid-connect. */
export const migrateKong = (
  files: readonly InputFile[],
  options: MigrationOptions,
): MigrationRead => {
  const read = files.map(readDocuments)
  const problems = read.flatMap((one) => (one.kind === 'malformed' ? one.problems : []))
  if (problems.length > 0) return { kind: 'unreadable', problems }
  const input = readInput(read.flatMap((one) => (one.kind === 'read' ? one.documents : [])))
  if (input.occurrences.length === 0) {
    const where = files.map(({ name }) => name).join(', ')
    return { kind: 'unreadable', problems: [`${where}: ${NOTHING}`] }
  }
  const used = input.occurrences.filter(({ routes }) => routes.length > 0)
  const counted = used.length === 0 ? input.occurrences : used
  const names = unlikeNames(counted.map(({ name }) => objectName(options.name ?? name, 'kong')))
  const plugins = counted.map((one, index) =>
    readPlugin(names[index] ?? 'kong', one, input.consumers, options),
  )
  const unused = input.occurrences.filter((one) => !counted.includes(one)).map(unusedTold)
  const guarded = plugins.flatMap(({ parts }) => parts)
  const beside = bareParts(input.bare, guarded)
  const routes = routesOf([...guarded, ...beside.parts])
  const manifests = [...plugins.flatMap((one) => one.manifests), ...routes.manifests]
  const configuration = Object.assign({}, ...plugins.map((one) => one.configuration))
  return {
    kind: 'migrated',
    migration: {
      manifests,
      configuration,
      told: [...plugins.flatMap(({ told }) => told), ...beside.told, ...unused, ...routes.told],
    },
  }
}
