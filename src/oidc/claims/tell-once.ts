import type { Claims } from '../../core/identity/identity.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { plainText } from '../client/authorization-response.ts'
import { readJwt } from '../token/jwt.ts'
import { type Refused, unlistedIn } from './claim-sources.ts'
import type { Place } from './references.ts'

/** Tells an operator what keeps claims from being known; each thing once. */
export interface TellOnce {
  /** `whom`: the name of the client, or of the provider, whose claims they are. */
  readonly refused: (whom: string, refusal: Refused) => void
  /** The sources that a document refers to and its provider does not list. */
  readonly unlisted: (whom: string, provider: Provider, document: Claims) => void
}

/** What is told differs by the configuration, and by what providers make up. */
const MAX_TOLD = 1_000

/** A URL names a person more often than not; its origin does not. */
const whereIs = (place: Place): string => {
  if (place.kind === 'endpoint') {
    const origin = URL.parse(place.endpoint)?.origin
    return origin === undefined ? 'an endpoint that is no URL' : `an endpoint of ${origin}`
  }
  const issuer = readJwt(place.jwt)?.claims.iss
  return typeof issuer === 'string' ? `a JWT of ${issuer}` : 'a JWT that cannot be read'
}

/** Remembers what it has told. */
export const createTellOnce = (tell: (sentence: string) => void): TellOnce => {
  const told = new Set<string>()

  const once = (sentence: string, key = sentence): void => {
    if (told.has(key) || told.size >= MAX_TOLD) return
    told.add(key)
    tell(sentence)
  }

  return {
    refused: (whom, { detail, check }) =>
      once(`${whom}: claims of a source are left out. ${detail}`, `${whom}: ${check}`),
    unlisted: (whom, provider, document) => {
      for (const { names, place } of unlistedIn(provider, document)) {
        const claims = plainText(names.join(', '))
        const where = plainText(whereIs(place))
        once(
          `${whom}: the provider says that ${claims} is in ${where}, which is none of \`claimSources\` of IdentityProvider ${provider.name}: nothing is known of it, and rules about it deny.`,
        )
      }
    },
  }
}
