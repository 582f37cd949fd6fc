import type {
  AssertionAudience,
  CertificateAuthentication,
  ClientAuthentication,
  ManagedKeyAuthentication,
  ServiceAccountAuthentication,
} from '../../../core/registration/client.ts'
import type { OIDCClientAuthentication } from '../../resource/resource-specs.generated.ts'
import type { Finding, Findings } from '../object/findings.ts'
import { linkPair, type PairRef, pairRefOf, type WhyNoPair } from './key-pair.ts'
import { type DataReading, type DataRef, type ReadData, unfit } from './keyed-data.ts'
import { isPrivateKeyPem } from './pem.ts'
import { type DescribeKey, withProfileAlgorithm } from './profile-key.ts'

type WithSecret = Extract<ClientAuthentication, { readonly secret: string }>
type WithKey = Extract<
  ClientAuthentication,
  { readonly method: 'private_key_jwt'; readonly privateKeyPem: string }
>

/** How a client authenticates, with where its secret is instead of the secret. */
export type CredentialDraft =
  | {
      readonly kind: 'secret'
      readonly method: WithSecret['method']
      readonly assertionAudience: AssertionAudience
      readonly ref: DataRef
    }
  | {
      readonly kind: 'private_key'
      readonly settings: Omit<WithKey, 'privateKeyPem'>
      /** The key alone decides under a profile; absent: there is none. */
      readonly profiled?: { readonly algorithm?: WithKey['algorithm'] }
      readonly ref: DataRef
    }
  | (PairRef & {
      readonly kind: 'certificate'
      readonly method: CertificateAuthentication['method']
    })
  | { readonly kind: 'service_account'; readonly value: ServiceAccountAuthentication }
  | { readonly kind: 'managed_key'; readonly value: ManagedKeyAuthentication }
  | { readonly kind: 'none' }

/** The credential itself, or what is wrong with the Secret that should hold it. */
export type Credential =
  | { readonly kind: 'usable'; readonly value: ClientAuthentication }
  | { readonly kind: 'unusable'; readonly findings: readonly Finding[] }

const NONE: CredentialDraft = { kind: 'none' }

const SECRET_REF = ['spec', 'authentication', 'secretRef']
const KEY_REF = ['spec', 'authentication', 'privateKeyRef']
const MANAGED_KEY = ['spec', 'authentication', 'managedKey']
const CERTIFICATE_REF = ['spec', 'authentication', 'certificateRef']

const keyDraft = (
  namespace: string,
  authentication: OIDCClientAuthentication,
  hasProfile: boolean,
  findings: Findings,
): CredentialDraft => {
  const { privateKeyRef, keyId, algorithm, assertionAudience = 'Issuer' } = authentication
  if (privateKeyRef === undefined) {
    const message =
      'The method private_key_jwt needs `privateKeyRef` or `managedKey`: add one of them'
    findings.add(KEY_REF, message)
    return NONE
  }
  return {
    kind: 'private_key',
    settings: {
      method: 'private_key_jwt',
      ...(keyId === undefined ? {} : { keyId }),
      algorithm: algorithm ?? 'RS256',
      assertionAudience,
    },
    ...(hasProfile ? { profiled: algorithm === undefined ? {} : { algorithm } } : {}),
    ref: { kind: 'Secret', namespace, ...privateKeyRef },
  }
}

type ManagedAlgorithm = ManagedKeyAuthentication['algorithm']

const MANAGED_ALGORITHMS: readonly ManagedAlgorithm[] = ['ES256', 'PS256', 'EdDSA']

const HOUR_MS = 3_600_000

const managedDraft = (
  { rotation }: NonNullable<OIDCClientAuthentication['managedKey']>,
  { algorithm: said = 'ES256', assertionAudience = 'Issuer' }: OIDCClientAuthentication,
  findings: Findings,
): CredentialDraft => {
  const algorithm = MANAGED_ALGORITHMS.find((one) => one === said)
  if (algorithm === undefined) {
    const message = `A key that is made here signs by ${MANAGED_ALGORITHMS.join(', ')}, not by ${said}: choose one of these, or name your own key in \`privateKeyRef\``
    findings.add(['spec', 'authentication', 'algorithm'], message)
    return NONE
  }
  const rotationMs = findings.durationMs([...MANAGED_KEY, 'rotation'], rotation, {
    leastMs: HOUR_MS,
    mostMs: 8_760 * HOUR_MS,
  })
  const value = { method: 'private_key_jwt', assertionAudience, algorithm, rotationMs } as const
  return { kind: 'managed_key', value }
}

const certificateDraft = (
  method: CertificateAuthentication['method'],
  namespace: string,
  { certificateRef }: OIDCClientAuthentication,
  findings: Findings,
): CredentialDraft => {
  if (certificateRef === undefined) {
    findings.add(CERTIFICATE_REF, `The method ${method} needs \`certificateRef\`: add it`)
    return NONE
  }
  return { kind: 'certificate', method, ...pairRefOf(namespace, certificateRef) }
}

const serviceAccountDraft = (
  namespace: string,
  { serviceAccountRef, assertionAudience = 'Issuer' }: OIDCClientAuthentication,
): CredentialDraft => {
  const account =
    serviceAccountRef === undefined
      ? {}
      : { serviceAccount: { namespace, name: serviceAccountRef.name } }
  const value = { method: 'service_account_token', assertionAudience, ...account } as const
  return { kind: 'service_account', value }
}

/** Reads how a client authenticates. */
export const readCredential = (
  namespace: string,
  authentication: OIDCClientAuthentication,
  findings: Findings,
  hasProfile = false,
): CredentialDraft => {
  const { method, secretRef, managedKey, assertionAudience = 'Issuer' } = authentication
  switch (method) {
    case 'none':
      return NONE
    case 'private_key_jwt':
      if (managedKey !== undefined) return managedDraft(managedKey, authentication, findings)
      return keyDraft(namespace, authentication, hasProfile, findings)
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return certificateDraft(method, namespace, authentication, findings)
    case 'service_account_token':
      return serviceAccountDraft(namespace, authentication)
    case 'client_secret_basic':
    case 'client_secret_post':
    case 'client_secret_jwt':
      if (secretRef !== undefined) {
        const ref = { kind: 'Secret', namespace, ...secretRef } as const
        return { kind: 'secret', method, assertionAudience, ref }
      }
      findings.add(SECRET_REF, `The method ${method} needs \`secretRef\`: add it`)
      return NONE
  }
}

/**
 * RFC 6749 appendix A.2: visible ASCII and spaces. Anything else got into the Secret by accident.
 */
const secretText = (ref: DataRef, reading: DataReading): DataReading =>
  reading.ok && !/^[\u0020-\u007e]+$/.test(reading.text)
    ? unfit(ref, 'holds more than one line of printable ASCII, so it is no client secret')
    : reading

/** A private key, if what was read has the shape of one. */
export const privateKeyText = (ref: DataRef, reading: DataReading): DataReading =>
  reading.ok && !isPrivateKeyPem(reading.text)
    ? unfit(ref, 'is no PEM private key in PKCS#8 (`BEGIN PRIVATE KEY`)')
    : reading

const credential = (
  field: Finding['field'],
  reading: DataReading,
  use: (text: string) => ClientAuthentication,
): Credential => {
  if (reading.ok) return { kind: 'usable', value: use(reading.text) }
  const { message, reason } = reading
  return { kind: 'unusable', findings: [{ field, message, reason }] }
}

type SecretDraft = Extract<CredentialDraft, { readonly kind: 'secret' }>

const withSecret =
  ({ method, assertionAudience }: SecretDraft) =>
  (secret: string): ClientAuthentication =>
    method === 'client_secret_jwt' ? { method, secret, assertionAudience } : { method, secret }

/** Looks up all that a client names for its credential, in one order. */
export const readCredentialOf = (
  draft: CredentialDraft,
  read: ReadData,
): readonly DataReading[] => {
  switch (draft.kind) {
    case 'none':
    case 'service_account':
    case 'managed_key':
      return []
    case 'certificate':
      return [read(draft.ref), read(draft.keyRef)]
    case 'secret':
    case 'private_key':
      return [read(draft.ref)]
  }
}

type CertificateDraft = Extract<CredentialDraft, { readonly kind: 'certificate' }>

const linkCertificate = (
  draft: CertificateDraft,
  certificate: DataReading,
  key: DataReading,
  whyNoPair: WhyNoPair | undefined,
): Credential => {
  const pair = linkPair(draft, CERTIFICATE_REF, { certificate, key }, whyNoPair)
  return 'certificatePem' in pair
    ? { kind: 'usable', value: { method: draft.method, ...pair } }
    : { kind: 'unusable', findings: pair }
}

type KeyDraft = Extract<CredentialDraft, { readonly kind: 'private_key' }>

const linkPrivateKey = (
  { ref, settings, profiled }: KeyDraft,
  reading: DataReading,
  describe: DescribeKey | undefined,
): Credential => {
  const linked = credential(KEY_REF, privateKeyText(ref, reading), (privateKeyPem) => ({
    ...settings,
    privateKeyPem,
  }))
  if (profiled === undefined || linked.kind === 'unusable') return linked
  const { value } = linked
  if (value.method !== 'private_key_jwt' || !('privateKeyPem' in value)) return linked
  const fitted = withProfileAlgorithm(value, profiled.algorithm, describe)
  if (!('complaint' in fitted)) return { kind: 'usable', value: fitted }
  const unusable = unfit(ref, fitted.complaint)
  return unusable.ok ? linked : { kind: 'unusable', findings: [{ field: KEY_REF, ...unusable }] }
}

/** The credential of a client, from what `readCredentialOf` gave. */
export const linkCredential = (
  draft: CredentialDraft,
  [first, second]: readonly DataReading[],
  whyNoPair: WhyNoPair | undefined,
  describe?: DescribeKey,
): Credential => {
  if ('value' in draft) return { kind: 'usable', value: draft.value }
  if (draft.kind === 'none' || first === undefined) {
    return { kind: 'usable', value: { method: 'none' } }
  }
  if (draft.kind === 'certificate') {
    return linkCertificate(draft, first, second ?? first, whyNoPair)
  }
  const { ref } = draft
  if (draft.kind === 'secret') {
    return credential(SECRET_REF, secretText(ref, first), withSecret(draft))
  }
  return linkPrivateKey(draft, first, describe)
}
