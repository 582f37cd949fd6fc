import { createPublicKey } from 'node:crypto'
import type { HttpBrowser, Page } from '../parts/http-browser.ts'
import type { RunningKeycloak } from '../parts/keycloak.ts'
import { type KeycloakObject, keycloakAdmin } from '../parts/keycloak-admin.ts'
import { endUsers } from '../parts/oidc-provider-settings.ts'
import type { Stack } from '../parts/stack.ts'
import type { TokenSigner } from '../token-signer.ts'
import { newHttpBrowser } from './sign-in.ts'

/** A client, and the profile of Keycloak's that it is held to. */
export interface ProfiledClient {
  readonly clientId: string
  readonly profile: string
  /** Where browsers are sent back to. */
  readonly hosts: readonly string[]
  readonly authenticator: 'client-jwt' | 'client-x509'
  readonly attributes: KeycloakObject
}

/** What the certificate of `KeycloakTls` is registered as. */
export const CERTIFIED: KeycloakObject = {
  'x509.subjectdn': 'CN=shop',
  'x509.casubjectdn': 'CN=Sallyport test authority',
}

/** Has Keycloak bind access tokens to the certificate that was shown (RFC 8705 section 3). */
export const BOUND: KeycloakObject = { 'tls.client.certificate.bound.access.tokens': 'true' }

/** Has Keycloak bind access tokens to the key of a proof (RFC 9449). */
export const KEY_BOUND: KeycloakObject = { 'dpop.bound.access.tokens': 'true' }

/** What a key that signs everything is registered as. */
export const signedBy = ({ publicPem, algorithm }: TokenSigner, kid: string): KeycloakObject => {
  const jwk = createPublicKey(publicPem).export({ format: 'jwk' })
  return {
    'use.jwks.string': 'true',
    'jwks.string': JSON.stringify({ keys: [{ ...jwk, kid, use: 'sig', alg: algorithm }] }),
    'token.endpoint.auth.signing.alg': algorithm,
    'request.object.signature.alg': algorithm,
    'authorization.signed.response.alg': algorithm,
    'id.token.signed.response.alg': algorithm,
  }
}

/** The attribute by which a policy knows its clients. */
const FOLLOWS = 'follows'

const registered = (
  { clientId, profile, hosts, authenticator, attributes }: ProfiledClient,
  port: number,
): KeycloakObject => ({
  clientId,
  publicClient: false,
  clientAuthenticatorType: authenticator,
  standardFlowEnabled: true,
  fullScopeAllowed: false,
  consentRequired: true,
  redirectUris: hosts.map((host) => `https://${host}:${port}/oauth2/callback`),
  defaultClientScopes: ['basic', 'profile', 'email'],
  attributes: { 'pkce.code.challenge.method': 'S256', ...attributes, [FOLLOWS]: profile },
})

const policyOf = ({ clientId, profile }: ProfiledClient): KeycloakObject => ({
  name: clientId,
  enabled: true,
  conditions: [
    {
      condition: 'client-attributes',
      configuration: { attributes: JSON.stringify([{ key: FOLLOWS, value: profile }]) },
    },
  ],
  profiles: [profile],
})

/** Registers clients, each with a policy that holds it, and nobody else, to its profile. */
export const registerProfiled = async (
  { keycloak, port }: { readonly keycloak: RunningKeycloak | undefined; readonly port: number },
  clients: readonly ProfiledClient[],
): Promise<void> => {
  const { call } = keycloakAdmin(keycloak)
  for (const client of clients) await call('POST', '/clients', registered(client, port))
  await call('PUT', '/client-policies/policies', { policies: clients.map(policyOf) })
}

/**
 * Alice signs in on a page of Keycloak's if it asks for that, and consents where she is asked.
 * Where she ends.
 */
export const signInAtKeycloak = async (browser: HttpBrowser, form: Page): Promise<Page> => {
  const { name: username, password } = endUsers.alice
  const asksForPassword = form.text.includes('name="password"')
  const page = asksForPassword ? await browser.submit(form, { username, password }) : form
  const asksForConsent = page.text.includes('login-oauth-grant')
  return asksForConsent ? browser.submit(page, { accept: 'Yes' }) : page
}

/**
 * Alice opens a page, signs in and consents to what the client wants, as each profile has it. What
 * she sees in the end.
 */
export const signInWithConsent = async (
  stack: Stack,
  url: string,
): Promise<Page & { readonly browser: HttpBrowser }> => {
  const browser = newHttpBrowser(stack)
  const landed = await signInAtKeycloak(browser, await browser.open(url))
  return { ...landed, browser }
}
