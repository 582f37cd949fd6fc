import type { Claims, Json } from '../../core/identity/identity.ts'
import type { FoundDocument } from '../../core/provider/client-documents.ts'
import { showsSomething } from '../../core/wording/client-name.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import { repeatedMember } from './repeated-member.ts'

const MAX_REDIRECT_URIS = 16
const MAX_REDIRECT_URI_LENGTH = 512
const MAX_NAME_LENGTH = 128

/** What shows nothing, or has other text shown otherwise; joiners are part of words and emoji. */
const UNPRINTABLE = /(?![\u200c\u200d])[\p{C}\p{Zl}\p{Zp}\ufffd]/u

const METHOD = /^[a-z_]{1,64}$/

const secretComplaint = (claims: Claims): string | undefined => {
  const { token_endpoint_auth_method: method = 'none' } = claims
  if (Object.hasOwn(claims, 'client_secret') || Object.hasOwn(claims, 'client_secret_expires_at')) {
    return 'has a client_secret, which everybody can read there: leave it out'
  }
  if (method === 'none') return undefined
  if (method === 'private_key_jwt') {
    return 'asks for private_key_jwt, which is not taken here: leave token_endpoint_auth_method out, or set it to none, and use PKCE'
  }
  const asked = typeof method === 'string' && METHOD.test(method) ? method : 'something else'
  return `has token_endpoint_auth_method ${asked}, where a client without a secret has none: leave it out, or set it to none`
}

const nameComplaint = ({ client_name: name }: Claims): string | undefined => {
  if (name === undefined) return undefined
  if (typeof name !== 'string') return 'has a client_name that is not a text'
  if (name.trim() === '') return 'has an empty client_name: leave it out, or fill it in'
  if (name.length > MAX_NAME_LENGTH) {
    return `has a client_name of ${name.length} characters, and at most ${MAX_NAME_LENGTH} are taken`
  }
  if (UNPRINTABLE.test(name)) {
    return 'has a client_name with characters that cannot be shown, such as line ends or marks of direction'
  }
  return showsSomething(name)
    ? undefined
    : 'has a client_name without a letter or a digit that can be seen: leave it out, or fill it in'
}

const uriComplaint = (value: Json, place: number): string | undefined => {
  const which = `redirect_uris number ${place}`
  if (typeof value !== 'string') return `has in ${which} something that is not a text`
  if (value.length > MAX_REDIRECT_URI_LENGTH) {
    return `has in ${which} ${value.length} characters, and at most ${MAX_REDIRECT_URI_LENGTH} are taken`
  }
  if (URL.parse(value) === null) return `has in ${which} something that is not an absolute URI`
  return value.includes('#') ? `has in ${which} a fragment, which none may have` : undefined
}

const listOf = (value: Json | undefined): readonly Json[] | undefined =>
  Array.isArray(value) ? value : undefined

const urisComplaint = (uris: readonly Json[] | undefined): string | undefined => {
  if (uris === undefined || uris.length === 0) {
    return 'has no redirect_uris: list where people come back to'
  }
  if (uris.length > MAX_REDIRECT_URIS) {
    return `has ${uris.length} redirect_uris, and at most ${MAX_REDIRECT_URIS} are taken`
  }
  return uris.map((uri, at) => uriComplaint(uri, at + 1)).find((one) => one !== undefined)
}

const idComplaint = (clientId: string, { client_id: named }: Claims): string | undefined => {
  if (named === clientId) return undefined
  return typeof named === 'string'
    ? 'names another client_id: it has to be the URL of the document, letter by letter'
    : 'names no client_id: it has to be the URL of the document, letter by letter'
}

/**
 * Reads the document of a client (draft-ietf-oauth-client-id-metadata-document section 4). Members
 * that are not known are passed over; every complaint is told at once.
 */
export const readDocument = (clientId: string, text: string): FoundDocument => {
  const refused = (complaints: readonly string[]): FoundDocument => ({
    kind: 'refused',
    problem: `The metadata document at ${clientId} ${complaints.join('; it ')}.`,
  })
  const claims = parseJsonObject(text)
  if (claims === undefined) return refused(['is not a JSON object'])
  const repeated = repeatedMember(text)
  if (repeated !== undefined) return refused([`has a member twice: ${repeated}`])
  const uris = listOf(claims.redirect_uris)
  const complaints = [
    idComplaint(clientId, claims),
    urisComplaint(uris),
    nameComplaint(claims),
    secretComplaint(claims),
  ].filter((one) => one !== undefined)
  if (complaints.length > 0) return refused(complaints)
  const { client_name: name } = claims
  return {
    kind: 'found',
    document: {
      clientId,
      ...(typeof name === 'string' ? { name } : {}),
      redirectURIs: (uris ?? []).filter((uri) => typeof uri === 'string'),
    },
  }
}
