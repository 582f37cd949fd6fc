import type { JsonObject } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { foundAnywhere, usablePattern } from '../writing/patterns.ts'
import { listed } from './input/lists.ts'

interface SkipRoute {
  readonly method: string | undefined
  readonly pattern: string
  readonly isNegated: boolean
}

const readRoute = (written: string): SkipRoute => {
  const [, method = '', not, pattern = ''] = /^(.*?)(!)?=(.*)$/s.exec(written) ?? []
  if (!written.includes('=')) return { method: undefined, pattern: written, isNegated: false }
  return {
    method: method === '' ? undefined : method.toUpperCase(),
    pattern,
    isNegated: not === '!',
  }
}

/** A variable that the cluster would have put a pattern in for. */
const VARIABLE = /\$[({]/

/** The pattern that matches the whole of a path where this one is found; nothing if none can be. */
const usable = (pattern: string): string | undefined =>
  VARIABLE.test(pattern) ? undefined : usablePattern(foundAnywhere(pattern))

const matchOf = ({ method, pattern }: SkipRoute): JsonObject | undefined => {
  const whole = usable(pattern)
  if (whole === undefined) return undefined
  return { path: { pattern: whole }, ...(method === undefined ? {} : { methods: [method] }) }
}

const negatedRules = (ledger: Ledger, routes: readonly SkipRoute[]): readonly JsonObject[] => {
  const [route, ...more] = routes
  if (route === undefined) return []
  const match = matchOf(route)
  if (match === undefined || more.length > 0) {
    ledger.lose(
      'skip_auth_routes',
      'of several routes with `!=`, or with a pattern that is no RE2 of 256 characters, nothing is made public',
    )
    return []
  }
  const everything =
    route.method === undefined ? { path: { prefix: '/' } } : { methods: [route.method] }
  return [
    { name: 'protected', match: [match] },
    { name: 'public-otherwise', match: [everything], public: true },
  ]
}

const publicRules = (
  ledger: Ledger,
  name: string,
  routes: readonly SkipRoute[],
): readonly JsonObject[] => {
  const matches = routes.map(matchOf)
  if (matches.includes(undefined)) {
    ledger.lose(name, 'a pattern that is no RE2 of 256 characters at most makes nothing public')
  }
  return matches
    .filter((one) => one !== undefined)
    .map((match, index) => ({
      name: `${name.replaceAll('_', '-')}-${index + 1}`,
      match: [match],
      public: true,
    }))
}

const apiRules = (ledger: Ledger): readonly JsonObject[] => {
  const patterns = listed(ledger, 'api_routes').map(usable)
  if (patterns.includes(undefined)) {
    ledger.lose('api_routes', 'a pattern that is no RE2 of 256 characters at most has no rule')
  }
  const match = patterns.flatMap((pattern) =>
    pattern === undefined ? [] : [{ path: { pattern } }],
  )
  return match.length === 0 ? [] : [{ name: 'api', match, onUnauthenticated: 'Challenge' }]
}

const UNSURE =
  'something that is not among the files may say other paths, so that nothing is made public'

const nothingPublic = (ledger: Ledger): readonly JsonObject[] => {
  for (const name of ['skip_auth_preflight', 'skip_auth_regex', 'skip_auth_routes']) {
    if (ledger.has(name)) ledger.lose(name, UNSURE)
  }
  return apiRules(ledger)
}

/**
 * The rules of the route: what was public there, and what never led to a login. Where only a part
 * of the input is there, nothing is public.
 */
export const rulesOf = (ledger: Ledger, isPartial: boolean): readonly JsonObject[] => {
  if (isPartial) return nothingPublic(ledger)
  const routes = listed(ledger, 'skip_auth_routes').map(readRoute)
  const expressions = listed(ledger, 'skip_auth_regex').map((pattern) => ({
    method: undefined,
    pattern,
    isNegated: false,
  }))
  const options = { name: 'preflights', match: [{ methods: ['OPTIONS'] }], public: true }
  return [
    ...(ledger.flag('skip_auth_preflight') === true ? [options] : []),
    ...publicRules(ledger, 'skip_auth_regex', expressions),
    ...publicRules(
      ledger,
      'skip_auth_routes',
      routes.filter(({ isNegated }) => !isNegated),
    ),
    ...apiRules(ledger),
    ...negatedRules(
      ledger,
      routes.filter(({ isNegated }) => isNegated),
    ),
  ]
}
