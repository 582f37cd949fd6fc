import type {
  InputFile,
  MigrationOptions,
  MigrationRead,
  Told,
  WrittenManifest,
} from '../model/migration.ts'
import {
  isObject,
  type JsonObject,
  listIn,
  objectIn,
  textIn,
  withoutAbsent,
} from '../reading/json.ts'
import { kindOf, nameIn, namespaceIn, objectsIn } from '../reading/kubernetes.ts'
import { createLedger } from '../reading/ledger.ts'
import { settingsBelow } from '../reading/settings.ts'
import { readDocuments } from '../reading/yaml-documents.ts'
import { hostsAmong, toldOthers } from '../writing/hosts.ts'
import { objectName, unlikeNames } from '../writing/names.ts'
import type { Part } from '../writing/part.ts'
import { routesOf } from '../writing/parts.ts'
import { AUTHSERVICE_SETTINGS, OIDC_FILTER_SETTINGS } from './authservice-settings.ts'
import { chainMatch, hostsOfOthers } from './chain-match.ts'
import { logOf, sessionsOf } from './configuration.ts'
import { callbackOf, clientManifest, providerManifests, upstreamOf } from './filter.ts'
import { triggerRules } from './triggers.ts'

interface ChainRead {
  readonly manifests: readonly WrittenManifest[]
  readonly part: Part
  readonly sessions: JsonObject | undefined
  readonly told: readonly Told[]
}

interface Surroundings {
  readonly defaults: JsonObject
  readonly rules: readonly JsonObject[]
  readonly namespace: string
  readonly options: MigrationOptions
  /** Of the objects, a name for each chain. */
  readonly names: readonly string[]
  /** The hosts of all chains. */
  readonly known: readonly string[]
}

const lost = (setting: string, words: string): Told => ({
  setting,
  goes: 'none',
  words,
  closes: true,
})

const oidcOf = (filter: unknown, defaults: JsonObject): JsonObject | undefined => {
  const { oidc, oidc_override: override } = objectIn(filter)
  if (isObject(oidc)) return oidc
  return isObject(override) ? { ...defaults, ...override } : undefined
}

const KNOWN_OF_CHAINS = ['name', 'match', 'filters']
const KNOWN_OF_FILTERS = ['oidc', 'oidc_override', 'mock']
const UNKNOWN =
  'authservice has no such setting that is known here, and it might restrict who gets in'

const unknownOf = (chain: JsonObject, at: string): readonly Told[] => [
  ...Object.keys(chain)
    .filter((one) => !KNOWN_OF_CHAINS.includes(one))
    .map((one) => lost(`${at}.${one}`, UNKNOWN)),
  ...Object.keys(objectIn(listIn(chain.filters)[0]))
    .filter((one) => !KNOWN_OF_FILTERS.includes(one))
    .map((one) => lost(`${at}.filters[0].${one}`, UNKNOWN)),
]

const furtherOf = (chain: JsonObject, at: string): readonly Told[] => {
  const [first, ...more] = listIn(chain.filters)
  const isMock = isObject(objectIn(first).mock) || first === undefined
  return [
    ...(isMock ? [lost(`${at}.filters[0]`, 'a mock lets in everybody or nobody')] : []),
    ...more.map((_, index) =>
      lost(
        `${at}.filters[${index + 1}]`,
        'the first filter is carried over, and this one asks for more',
      ),
    ),
  ]
}

/** The hosts that a chain names, or else that of its callback. */
const ownHosts = (
  chain: JsonObject,
  { defaults, options }: Pick<Surroundings, 'defaults' | 'options'>,
): readonly string[] => {
  const named = [...chainMatch(chain.match).hosts, ...options.hosts]
  const { callback_uri: callback } = oidcOf(listIn(chain.filters)[0], defaults) ?? {}
  const { hostname } = URL.parse(textIn(callback) ?? '') ?? {}
  return named.length === 0 && hostname !== undefined ? [hostname] : named
}

const readChain = (chain: JsonObject, index: number, around: Surroundings): ChainRead => {
  const { defaults, rules, namespace, options, names, known } = around
  const at = `chains[${index}]`
  const oidc = oidcOf(listIn(chain.filters)[0], defaults) ?? {}
  const before = `${at}.filters[0].oidc.`
  const settings = settingsBelow(OIDC_FILTER_SETTINGS, oidc, { name: '', written: '' }).map(
    (one) => ({
      ...one,
      written: `${before}${one.written}`,
    }),
  )
  const ledger = createLedger(OIDC_FILTER_SETTINGS, settings, {
    product: 'authservice',
    meant: options.meant,
    before,
  })
  const place = { name: names[index] ?? 'authservice', namespace }
  const chosen = chainMatch(chain.match)
  const named = [...chosen.hosts, ...options.hosts]
  callbackOf(ledger)
  const { hosts } = hostsAmong([...ownHosts(chain, around), ...hostsOfOthers(chosen, known)])
  const manifests = [...providerManifests(ledger, place), clientManifest(ledger, place, hosts)]
  const more = [
    ...furtherOf(chain, at),
    ...unknownOf(chain, at),
    ...(chosen.beyond === undefined
      ? []
      : [lost(`${at}.match`, `${chosen.beyond}: name the hosts with --host`)]),
  ]
  const upstream = upstreamOf(ledger)
  const sessions = sessionsOf(ledger)
  const chainTold: readonly Told[] = [
    { setting: `${at}.name`, goes: 'manifest', words: 'the name of the objects' },
    ...(chain.match === undefined || chosen.beyond !== undefined
      ? []
      : [
          {
            setting: `${at}.match`,
            goes: 'manifest',
            words: 'the hosts of the route, or a rule',
          } as const,
        ]),
  ]
  return {
    manifests: isObject(oidc) && Object.keys(oidc).length > 0 ? manifests : [],
    part: {
      place,
      hosts,
      matches: [{ match: chosen.match, rank: [-index], begins: '' }],
      settings: { clientRef: { name: place.name }, upstream },
      rules,
      closed: [...ledger.closed(), ...more.map(({ setting }) => setting)],
      comments:
        Object.keys(oidc).length > 0
          ? []
          : ['INCOMPLETE: the chain has no filter oidc: set clientRef.'],
    },
    sessions,
    told: [...chainTold, ...ledger.told(), ...more, ...toldOthers(named)],
  }
}

const TOP = ['listen_address', 'listen_port', 'log_level', 'threads', 'allow_unmatched_requests']

const toldOfTop = (
  config: JsonObject,
  options: MigrationOptions,
  areTriggersSaid: boolean,
): readonly Told[] =>
  Object.keys(config)
    .filter((one) => one !== 'chains')
    .map((setting) => {
      const row = AUTHSERVICE_SETTINGS.get(setting)
      if (setting === 'trigger_rules' && !areTriggersSaid) {
        return {
          setting,
          goes: 'none',
          words:
            'several of them, or a pattern that is no RE2, have no like here: nothing is public',
        }
      }
      if (TOP.includes(setting) && row !== undefined) return { setting, ...row }
      if (row !== undefined) return { setting, ...row }
      const words = `authservice has no such setting that is known here.${options.meant(setting, [...AUTHSERVICE_SETTINGS.keys()])}`
      return { setting, goes: 'none', words }
    })

/** Names are read in both spellings that JSON of protocol buffers has. */
const spelled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(spelled)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      spelled(one),
    ]),
  )
}

interface ConfigGiven {
  /** The file, or the ConfigMap and its key. */
  readonly where: string
  readonly config: JsonObject
  readonly namespace: string | undefined
}

const configsIn = (file: InputFile): readonly ConfigGiven[] | readonly string[] => {
  const read = readDocuments(file)
  if (read.kind === 'malformed') return read.problems
  const objects = objectsIn(read.documents)
  const held = objects
    .filter((one) => kindOf(one) === 'ConfigMap')
    .flatMap((one) =>
      Object.entries(objectIn(one.data)).flatMap(([name, text]) => {
        const where = `${name} of the ConfigMap ${nameIn(one)}`
        const inner = configsIn({ name, text: textIn(text) ?? '' })
        return inner
          .filter((each) => typeof each !== 'string')
          .map((each) => ({ ...each, where, namespace: namespaceIn(one) }))
      }),
    )
  const loose = objects
    .filter((one) => 'chains' in one)
    .map((config) => ({
      where: file.name,
      config: objectIn(spelled(config)),
      namespace: undefined,
    }))
  return [...loose, ...held]
}

const NOTHING =
  'there is no configuration of authservice, which has `chains`: give its config.json, or the ConfigMap that holds it'

const SEVERAL =
  'each is a configuration of authservice, and a process has one: give one at a time, with --namespace and --name'

/** Writes the manifests that take the place of the chains of authservice. */
export const migrateAuthservice = (
  files: readonly InputFile[],
  options: MigrationOptions,
): MigrationRead => {
  const found = files.flatMap((file) => [...configsIn(file)])
  const problems = found.filter((one) => typeof one === 'string')
  const [given, ...more] = found.filter((one) => typeof one !== 'string')
  if (problems.length > 0) return { kind: 'unreadable', problems }
  if (given !== undefined && more.length > 0) {
    const where = [given, ...more].map((one) => one.where).join(', ')
    return { kind: 'unreadable', problems: [`${where}: ${SEVERAL}`] }
  }
  if (given === undefined) {
    return {
      kind: 'unreadable',
      problems: [`${files.map(({ name }) => name).join(', ')}: ${NOTHING}`],
    }
  }
  const { config, namespace } = given
  const triggers = triggerRules(config.trigger_rules)
  const written = listIn(config.chains).filter(isObject)
  const defaults = objectIn(config.default_oidc_config)
  const around = {
    known: hostsAmong(written.flatMap((one) => ownHosts(one, { defaults, options }))).hosts,
    names: unlikeNames(
      written.map(({ name }) => objectName(options.name ?? textIn(name) ?? '', 'authservice')),
    ),
    defaults,
    rules: triggers.kind === 'rules' ? triggers.rules : [],
    namespace: namespace ?? options.namespace,
    options,
  }
  const chains = written.map((chain, index) => readChain(chain, index, around))
  const sessions = chains.find((one) => one.sessions !== undefined)?.sessions
  const routes = routesOf(chains.map(({ part }) => part))
  return {
    kind: 'migrated',
    migration: {
      manifests: [...chains.flatMap(({ manifests }) => manifests), ...routes.manifests],
      configuration: withoutAbsent({
        sessions,
        keys: sessions === undefined ? undefined : { files: ['./session-key'] },
        log: logOf(config.log_level),
      }),
      told: [
        ...toldOfTop(config, options, triggers.kind === 'rules'),
        ...chains.flatMap(({ told }) => told),
        ...routes.told,
      ],
    },
  }
}
