import type { Cors, OriginsBelow, TokenPlace } from '../../core/policy/applications.ts'
import type { AskedProof, Rule } from '../../core/policy/policy.ts'
import type { Client } from '../../core/registration/client.ts'
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

/** What sessions of a client come with besides their cookie. */
export const deviceWords = ({ session: { deviceBound } }: Pick<Client, 'session'>): string => {
  if (deviceBound === undefined) return ''
  return deviceBound.mode === 'Require'
    ? ' with the proof of its device, but for its first minute'
    : ' with the proof of its device, where one is bound to it'
}

/** What an answer to a page is where that proof is not there. */
export const deviceNotes = (clients: readonly Client[]): readonly string[] =>
  clients
    .filter(({ session }) => session.deviceBound !== undefined)
    .map(
      ({ name, session: { deviceBound: bound } }) =>
        `A session of OIDCClient ${name} whose device is not proven gets 401 device_proof_required: a page reloads itself once and then goes to a login, a script tries again. The answer to a login offers to bind it (Secure-Session-Registration), at ${bound?.paths.bind} and ${bound?.paths.refresh}${
          bound?.mode === 'Require'
            ? '; one that is bound to no device gets 403 device_not_bound after its first minute.'
            : '.'
        }`,
    )

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
