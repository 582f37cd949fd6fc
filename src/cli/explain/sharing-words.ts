import type { Cors, OriginsBelow, TokenPlace } from '../../core/policy/applications.ts'
import type { AskedProof, Rule } from '../../core/policy/policy.ts'
import { words } from './clause-words.ts'

const KINDS = { header: 'header', cookie: 'cookie', query: 'query parameter' } as const

const placeOf = ({ kind, name }: TokenPlace): string => `the ${KINDS[kind]} ${name}`

/** Where a method looks for its token, where that is not `authorization` alone. */
export const placeWords = ({ from }: { readonly from?: readonly TokenPlace[] }): string =>
  from === undefined ? '' : `, in ${from.map(placeOf).join(' or ')}`

const PROOFS = { DPoP: 'a key (DPoP)', MutualTLS: 'a client certificate' } as const

/** What its token has to be bound to, where it takes no other. */
export const proofWords = ({ proof, nonce }: AskedProof): string => {
  const bound = proof === undefined ? '' : `, bound to ${PROOFS[proof]}`
  return nonce === undefined ? bound : `${bound}, with a nonce of ours in each DPoP proof`
}

const below = ({ suffix, port }: OriginsBelow): string => `https://*${suffix}${port}`

const originsOf = ({ anyOrigin, origins, domains }: Cors): string =>
  anyOrigin ? 'any origin' : words([...origins, ...domains.map(below)])

/** Which pages of other origins a rule lets read its answers (CORS). */
export const sharingWords = ({ cors }: Rule): readonly string[] => {
  if (cors === undefined) return []
  const { methods, headers, exposed, credentials } = cors
  return [
    `pages of ${originsOf(cors)} read the answers${credentials ? ', with cookies' : ''}`,
    ...(methods === undefined ? [] : [`they may use ${words(methods)}`]),
    ...(headers.length === 0 ? [] : [`they may send ${words(headers)}`]),
    ...(exposed.length === 0 ? [] : [`they may see ${words(exposed)}`]),
  ]
}
