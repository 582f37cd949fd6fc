import { type Part, partOf } from '../../core/policy/part.ts'
import type { AuthenticateMethod, BearerMethod, Policy, Rule } from '../../core/policy/policy.ts'
import { wayOf } from '../../policy/ways/ways.ts'
import { words } from './clause-words.ts'
import { deviceWords, placeWords, proofWords } from './sharing-words.ts'

const audienceWords = ({ audiences }: BearerMethod): string =>
  audiences.length === 0 ? 'nobody, so that none is taken here' : words(audiences)

const acceptedBy = ({ clients }: Part, method: AuthenticateMethod): string => {
  switch (method.kind) {
    case 'session':
      return `a session of ${clients.map((client) => `OIDCClient ${client.name}${deviceWords(client)}`).join(' or ')}`
    case 'bearer':
      return `a bearer token of ${method.provider.issuer} for ${audienceWords(method)}${placeWords(method)}${proofWords(method)}`
    case 'credential':
      return `${wayOf(method.way).words(method)}${placeWords(method)}${proofWords(method)}`
    case 'anonymous':
      return 'anybody else, without an identity'
  }
}

/** Which credentials a rule takes, in the order in which they are tried. */
export const acceptedWords = (policy: Policy, rule: Rule): readonly string[] =>
  rule.authenticate.map((method) => acceptedBy(partOf(policy, rule), method))
