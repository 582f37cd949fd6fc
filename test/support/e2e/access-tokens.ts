import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { HttpBrowser } from '../parts/http-browser.ts'
import { MACHINE_CLIENT } from '../parts/oidc-provider.ts'
import type { Stack } from '../parts/stack.ts'

/** A JSON object. */
export type Claims = Readonly<Record<string, unknown>>

const encode = (value: Claims): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const decode = (part: string | undefined): Claims =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Claims

/** The header and the claims of a JWT, unverified. */
export const readToken = (token: string): { readonly header: Claims; readonly claims: Claims } => {
  const [header, claims] = token.split('.')
  return { header: decode(header), claims: decode(claims) }
}

/** A JWT signed by RS256, whatever its header says. */
export const signedToken = (header: Claims, claims: Claims, key: KeyObject): string => {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

/** A JWT without a signature. */
export const unsignedToken = (header: Claims, claims: Claims): string =>
  `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`

/**
 * A JWT whose HMAC is keyed with the PEM text of a public key, which everybody has (RFC 8725
 * section 2.1).
 */
export const confusedToken = (header: Claims, claims: Claims, key: KeyObject): string => {
  const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' })
  const input = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`
  return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`
}

/** A key that no provider has published. */
export const strangerKey = (): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** Gets an access token by the client credentials grant. @throws Error if there is none */
export const fetchMachineToken = async (
  stack: Pick<Stack, 'issuer'>,
  browser: Pick<HttpBrowser, 'send'>,
  scope = 'orders:read',
  tokenPath = '/token',
): Promise<string> => {
  const { clientId, clientSecret } = MACHINE_CLIENT
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  const response = await browser.send(`${stack.issuer}${tokenPath}`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  })
  if (response.status !== 200) throw new Error(`The provider issued no token: ${response.text}`)
  return (response.json() as { access_token: string }).access_token
}

/** The header that presents an access token. */
export const bearing = (token: string): { readonly authorization: string } => ({
  authorization: `Bearer ${token}`,
})
