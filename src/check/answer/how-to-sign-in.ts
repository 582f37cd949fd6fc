import type { Way } from '../../core/decision/decision.ts'
import type { Unauthenticated } from '../../core/identity/identity.ts'
import type { TokenPlace } from '../../core/policy/applications.ts'
import type { AuthenticateMethod, Rule } from '../../core/policy/policy.ts'
import type { Request } from '../../core/request/request.ts'
import { originOf } from '../../core/request/return-url.ts'
import { wayOf } from '../../policy/ways/ways.ts'

const BASIC = 'send the header `Authorization: Basic BASE64(NAME:SECRET)`'
const BEARER = 'send the header `Authorization: Bearer ACCESS_TOKEN`'
const PROVEN = 'send the headers `Authorization: DPoP ACCESS_TOKEN` and `DPoP: PROOF`'

const AUTHORIZATION: readonly TokenPlace[] = [{ kind: 'header', name: 'authorization' }]

/** A token at a place, as somebody at a terminal would write it. */
const sentAt = ({ kind, name }: TokenPlace, token: string): string => {
  switch (kind) {
    case 'header':
      return name === 'authorization' ? BEARER : `send the header \`${name}: ${token}\``
    case 'cookie':
      return `send the cookie \`${name}=${token}\``
    case 'query':
      return `add the query parameter \`${name}=${token}\``
  }
}

const tokenChoices = (
  { from = AUTHORIZATION, proof }: Exclude<AuthenticateMethod, { kind: 'session' | 'anonymous' }>,
  token: string,
): readonly string[] => {
  if (proof === 'DPoP') return [PROVEN]
  const sent = from.map((place) => sentAt(place, token))
  return proof === 'MutualTLS' ? sent.map((one) => `show your client certificate and ${one}`) : sent
}

const choicesOf = (method: AuthenticateMethod): readonly string[] => {
  if (method.kind === 'bearer') return tokenChoices(method, 'ACCESS_TOKEN')
  if (method.kind !== 'credential') return []
  switch (wayOf(method.way).scheme) {
    case 'Bearer':
      return tokenChoices(method, 'ACCESS_TOKEN')
    case 'Basic':
      return [BASIC]
    case 'RefreshToken':
      return tokenChoices(method, 'REFRESH_TOKEN')
  }
}

const known = new WeakMap<Pick<Rule, 'authenticate'>, readonly string[]>()

/** Read once for each rule. */
const choicesFor = (rule: Pick<Rule, 'authenticate'>): readonly string[] => {
  const before = known.get(rule)
  if (before !== undefined) return before
  const choices = [...new Set(rule.authenticate.flatMap(choicesOf))]
  known.set(rule, choices)
  return choices
}

/** A page of this host, without what its query may hold. */
const opening = (request: Pick<Request, 'authority'>, { href }: Way): string =>
  `open ${originOf(request)}${href.split('?', 1)[0]} in a browser`

const oneOf = (choices: readonly string[]): string =>
  choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')}, or ${choices.at(-1)}`

/** What a new authentication has to be like, for the authorization request that asks for it. */
const againFirst = ({ stepUp }: Pick<Unauthenticated, 'stepUp'>): string => {
  if (stepUp === undefined) return ''
  const { acrValues, maxAgeMs } = stepUp.asked
  const asked = [
    ...(acrValues === undefined ? [] : [`\`acr_values=${acrValues.join(' ')}\``]),
    ...(maxAgeMs === undefined ? [] : [`\`max_age=${maxAgeMs / 1_000}\``]),
  ]
  return `get a new token by a sign-in with ${asked.join(' and ')}, and then `
}

/**
 * What a caller that gets a problem document can do to be let in: what to send, wherever the rule
 * looks for it, or what to open in a browser. `undefined`: there is no way in.
 */
export const howToSignIn = (
  request: Pick<Request, 'authority'>,
  rule: Pick<Rule, 'authenticate'>,
  refused: Pick<Unauthenticated, 'stepUp'>,
  ways: readonly Way[],
): string | undefined => {
  const [page] = ways
  const sent = choicesFor(rule)
  const again = sent.length === 0 ? '' : againFirst(refused)
  const choices = page === undefined ? sent : [...sent, opening(request, page)]
  return choices.length === 0 ? undefined : `To be let in, ${again}${oneOf(choices)}.`
}
