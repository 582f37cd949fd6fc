import type { Told } from '../model/migration.ts'
import { type JsonObject, textsIn } from '../reading/json.ts'
import type { KongRoute, OtherPlugin } from './input/occurrence.ts'

/** Plugins that let in whoever the others let in. Whatever is not among them may restrict that. */
const HARMLESS = new Set([
  ...['correlation-id', 'cors', 'datadog', 'file-log', 'http-log', 'kafka-log', 'loggly'],
  ...['opentelemetry', 'prometheus', 'statsd', 'syslog', 'tcp-log', 'udp-log', 'zipkin'],
  ...['graphql-rate-limiting-advanced', 'rate-limiting', 'rate-limiting-advanced'],
  ...['request-size-limiting', 'response-ratelimiting', 'service-protection'],
  ...['canary', 'forward-proxy', 'grpc-gateway', 'grpc-web', 'proxy-cache', 'proxy-cache-advanced'],
  ...['request-transformer', 'request-transformer-advanced', 'response-transformer'],
  ...['exit-transformer', 'response-transformer-advanced', 'route-by-header'],
])

/** What other plugins of a route come to. */
export interface OtherPlugins {
  readonly clauses: readonly JsonObject[]
  readonly closed: readonly string[]
  readonly told: readonly Told[]
}

const aclClauses = (
  { config }: OtherPlugin,
  claim: string | undefined,
): readonly JsonObject[] | undefined => {
  const [allow, deny] = [textsIn(config.allow), textsIn(config.deny)]
  if (claim === undefined || allow.length + deny.length === 0) return undefined
  return [
    ...(allow.length === 0 ? [] : [{ claim, anyOf: allow }]),
    ...(deny.length === 0 ? [] : [{ claim, noneOf: deny, exists: true }]),
  ]
}

const read = (plugin: OtherPlugin, route: KongRoute, groups: string | undefined): OtherPlugins => {
  const setting = `plugin ${plugin.name} of ${route.name}`
  const clauses = plugin.name === 'acl' ? aclClauses(plugin, groups) : undefined
  if (clauses !== undefined) {
    return {
      clauses,
      closed: [],
      told: [
        {
          setting,
          goes: 'manifest',
          words: '`authorize`: the claim of `authenticated_groups_claim`',
        },
      ],
    }
  }
  if (HARMLESS.has(plugin.name)) {
    return {
      clauses: [],
      closed: [],
      told: [{ setting, goes: 'gateway', words: 'a filter of the gateway, if it has one' }],
    }
  }
  const words =
    'it restricts who gets in, or may do so: the route is closed until the gateway, or `authorize`, does the same'
  return { clauses: [], closed: [setting], told: [{ setting, goes: 'none', words, closes: true }] }
}

/** Looks at the other plugins of a route: one that restricts who gets in closes it. */
export const otherPlugins = (route: KongRoute, groups: string | undefined): OtherPlugins => {
  const all = route.others.map((plugin) => read(plugin, route, groups))
  const beyond = route.beyond.map((one) => `${one} of ${route.name}`)
  return {
    clauses: all.flatMap(({ clauses }) => clauses),
    closed: [...all.flatMap(({ closed }) => closed), ...beyond],
    told: [
      ...all.flatMap(({ told }) => told),
      ...beyond.map((setting) => ({
        setting,
        goes: 'none' as const,
        words:
          'what chooses the route by it has no like here, or is no RE2 of 256 characters: write it as `match` of the rule',
        closes: true as const,
      })),
    ],
  }
}
