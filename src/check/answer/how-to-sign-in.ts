import type { Way } from '../../core/decision/decision.ts'
import type { Rule } from '../../core/policy/policy.ts'
import type { Request } from '../../core/request/request.ts'
import { originOf } from '../../core/request/return-url.ts'
import { schemesTaken } from './challenges.ts'

/** What is sent with each scheme, as somebody at a terminal would write it. */
const SENT: Readonly<Record<string, string>> = {
  Bearer: 'send the header `Authorization: Bearer ACCESS_TOKEN`',
  DPoP: 'send the headers `Authorization: DPoP ACCESS_TOKEN` and `DPoP: PROOF`',
  Basic: 'send the header `Authorization: Basic BASE64(NAME:SECRET)`',
  RefreshToken: 'send the header `Authorization: RefreshToken REFRESH_TOKEN`',
}

/** A page of this host, without what its query may hold. */
const opening = (request: Pick<Request, 'authority'>, { href }: Way): string =>
  `open ${originOf(request)}${href.split('?', 1)[0]} in a browser`

const oneOf = (choices: readonly string[]): string =>
  choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')}, or ${choices.at(-1)}`

/**
 * What a caller that gets a problem document can do to be let in: which header to send, or what to
 * open in a browser. The same that challenges say to programs. `undefined`: there is no way in.
 */
export const howToSignIn = (
  request: Pick<Request, 'authority'>,
  rule: Rule,
  ways: readonly Way[],
): string | undefined => {
  const [page] = ways
  const choices = [
    ...schemesTaken(rule).flatMap((scheme) => SENT[scheme] ?? []),
    ...(page === undefined ? [] : [opening(request, page)]),
  ]
  return choices.length === 0 ? undefined : `To be let in, ${oneOf(choices)}.`
}
