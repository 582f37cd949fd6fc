import type { SigningAlgorithm } from './provider.ts'

/** FAPI 2.0 Security Profile, or FAPI 2.0 Message Signing, which is more than that. */
export type ProfileName = 'FAPI2Security' | 'FAPI2MessageSigning'

/** What is signed by nothing else under a profile (FAPI 2.0 Security Profile section 5.4.1). */
export const PROFILE_ALGORITHMS = [
  'PS256',
  'ES256',
  'EdDSA',
] as const satisfies readonly SigningAlgorithm[]

/** What a client and its provider are held to, whatever else the provider would take. */
export interface Profile {
  readonly name: ProfileName
  /** What access tokens are bound to. */
  readonly binding: 'DPoP' | 'MutualTLS'
  /** How the client authenticates, as metadata call it. */
  readonly method: 'private_key_jwt' | 'tls_client_auth' | 'self_signed_tls_client_auth'
  /** What the provider may sign with: those of its `signingAlgorithms` that are of the profile. */
  readonly algorithms: readonly SigningAlgorithm[]
}

/** Whether requests, answers and introspection are signed. */
export const signsMessages = (profile: Pick<Profile, 'name'> | undefined): boolean =>
  profile?.name === 'FAPI2MessageSigning'

const THIS_MACHINE = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Whether a URL is `http` and leads to another machine: on this one nobody is in between. */
export const isPlainElsewhere = (url: string): boolean => {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !THIS_MACHINE.test(hostname)
}
