import type { Client, ClientAuthentication } from '../../../core/registration/client.ts'
import type { DecryptionKey } from '../../../core/registration/decryption-key.ts'
import type { Provider } from '../../../core/registration/provider.ts'
import { type Checked, wrong } from '../../matching/checked.ts'
import { isWildcard, parseHost } from '../../matching/host.ts'
import type { OIDCClient } from '../../resource/resource.ts'
import { canonicalJson } from '../object/canonical-json.ts'
import { deepFreeze } from '../object/deep-freeze.ts'
import { createFindings, type Finding, type Findings, hinders } from '../object/findings.ts'
import { type Grant, grantOf, sameGrant } from '../object/grant.ts'
import { type Followed, follow, markOf, type Referables } from '../object/link.ts'
import type { Memo } from '../object/memo.ts'
import type { LinkedDraft } from '../object/outcome.ts'
import { askingBy, readAuthorizationRequest, unaskable } from './authorization-request.ts'
import {
  bindingRefOf,
  type LinkedBinding,
  linkBinding,
  readBinding,
} from './binding-certificate.ts'
import { logoutOf, ownPath } from './client-logout.ts'
import { clientSession } from './client-session.ts'
import {
  type Credential,
  type CredentialDraft,
  linkCredential,
  readCredential,
  readCredentialOf,
} from './credential.ts'
import { type KeyRef, keyRefsOf, type LinkedKeys, linkKeys, readKeys } from './decryption-key.ts'
import type { PairRef, WhyNoPair } from './key-pair.ts'
import { markOfReading, type ReadData } from './keyed-data.ts'
import { contradictions, type ProfileDraft, profileFor, readProfile } from './profile.ts'
import type { DescribeKey } from './profile-key.ts'

/** An OIDCClient as read, before what it refers to is looked at. */
export interface ClientDraft {
  readonly name: string
  readonly namespace: string
  readonly grant: Grant
  readonly provider: { readonly namespace: string; readonly name: string }
  readonly credential: CredentialDraft
  readonly decryptionKeys?: readonly KeyRef[]
  readonly bindingCertificate?: PairRef
  /** Absent: the client is held to none. */
  readonly profile?: ProfileDraft
  readonly settings: Omit<
    Client,
    | 'name'
    | 'tenant'
    | 'generation'
    | 'provider'
    | 'authentication'
    | 'decryptionKeys'
    | 'bindingCertificate'
  >
}

const callbackHost = (written: string): Checked<string> =>
  isWildcard(written)
    ? wrong('holds a `*`: the provider knows one redirect URI')
    : parseHost(written)

const callbackHostOf = (
  { callback }: OIDCClient['spec'],
  findings: Findings,
): Pick<Client, 'callbackHost'> => {
  const { host } = callback
  if (host === undefined) return {}
  const taken = findings.take(['spec', 'callback', 'host'], 'host', host, callbackHost(host))
  return taken === undefined ? {} : { callbackHost: taken }
}

/** Beside the callback; a callback without a folder has nothing beside it but applications. */
const pagePathsOf = (callbackPath: string): Pick<Client, 'pagePaths'> => {
  const folder = callbackPath.slice(0, callbackPath.lastIndexOf('/'))
  if (folder === '') return {}
  return { pagePaths: { session: `${folder}/session`, login: `${folder}/login` } }
}

/**
 * Reads an OIDCClient by itself. The draft is of use only if there are no findings; its grant
 * always holds.
 */
export const readClient = (
  resource: OIDCClient,
): { readonly draft: ClientDraft; readonly findings: readonly Finding[] } => {
  const { metadata, spec } = resource
  const { namespace } = metadata
  const findings = createFindings()
  const profile = readProfile(spec)
  const hasProfile = profile !== undefined
  const senderConstrained = spec.senderConstrained ?? profile?.binding ?? 'None'
  const draft: ClientDraft = {
    ...(hasProfile ? { profile } : {}),
    name: `${namespace}/${metadata.name}`,
    namespace,
    grant: grantOf(namespace, spec.allowedNamespaces),
    provider: { namespace, ...spec.providerRef },
    credential: readCredential(namespace, spec.authentication, findings, hasProfile),
    ...keyRefsOf(namespace, spec.idToken, ['spec', 'idToken']),
    ...bindingRefOf(namespace, spec.authentication, senderConstrained),
    settings: {
      displayName: spec.displayName ?? metadata.name,
      clientId: spec.clientId,
      senderConstrained,
      scopes: [...spec.scopes],
      resources: [...spec.resources],
      ...readAuthorizationRequest(spec, findings),
      ...(spec.idToken?.signingAlgorithm === undefined
        ? {}
        : { idTokenAlgorithm: spec.idToken.signingAlgorithm }),
      userinfo: spec.claims.userinfo,
      userinfoSigned: spec.claims.userinfoSigned,
      accessTokenClaims: spec.claims.accessToken,
      callbackPath: ownPath('callback', spec.callback.path, findings),
      ...pagePathsOf(spec.callback.path),
      ...callbackHostOf(spec, findings),
      session: clientSession(resource, findings),
      logout: logoutOf(spec, findings),
    },
  }
  return { draft, findings: findings.list() }
}

/**
 * What of an invalid edit takes effect all the same: a grant that was taken back holds no longer,
 * and sessions that were revoked stay so.
 */
export const carryOverClient = (good: ClientDraft, now: ClientDraft): ClientDraft => {
  const { revokeBeforeMs } = now.settings.session
  const isRevoked =
    revokeBeforeMs !== undefined && revokeBeforeMs !== good.settings.session.revokeBeforeMs
  if (!isRevoked && sameGrant(good, now)) return good
  const revoked = revokeBeforeMs === undefined ? {} : { revokeBeforeMs }
  const session = { ...good.settings.session, ...revoked }
  return { ...good, grant: now.grant, settings: { ...good.settings, session } }
}

/**
 * What a session is bound to (R13): the client's own name, the issuer and the client id. Edits of
 * anything else and new secrets keep sessions; another provider or registration under the same name
 * does not inherit them.
 */
const tenantOf = (name: string, issuer: string, clientId: string): string =>
  JSON.stringify([name, issuer, clientId])

interface Secrets {
  readonly authentication: ClientAuthentication
  readonly keys: readonly DecryptionKey[] | undefined
  readonly binding: LinkedBinding['certificate']
}

const complete = (
  draft: ClientDraft,
  provider: Provider,
  { authentication, keys, binding }: Secrets,
  hash: (text: string) => string,
): Client => {
  const { name, settings } = draft
  const tenant = tenantOf(name, provider.issuer, settings.clientId)
  const ofKeys = keys === undefined ? {} : { decryptionKeys: keys }
  const held = profileFor(draft.profile, authentication, provider)
  const asking = { ...askingBy(settings.asking, authentication), ...held }
  const secrets = { authentication, ...binding, ...ofKeys }
  const content = { name, tenant, provider, ...secrets, ...settings, asking }
  return deepFreeze({ ...content, generation: hash(canonicalJson(content)) })
}

/** What a login cannot do without, and no metadata will say. */
const LOGIN_ENDPOINTS = ['authorization', 'token'] as const

/** An issuer with keys alone is enough for access tokens, and not for logins. */
const unsuitable = (provider: Followed<Provider>): readonly Finding[] => {
  if (provider.kind !== 'usable' || provider.value.discovery) return []
  const { name, endpoints } = provider.value
  const absent = LOGIN_ENDPOINTS.filter((endpoint) => endpoints[endpoint] === undefined)
  if (absent.length === 0) return []
  const fields = absent.map((endpoint) => `endpoints.${endpoint}`).join(' or ')
  const message = `IdentityProvider ${name} has discovery Disabled and no ${fields}, which logins need: set them there, or its discovery to Automatic`
  return [{ field: ['spec', 'providerRef'], message, reason: 'ProviderUnsuitable' }]
}

/** What a client has in Secrets, as it was read. */
interface Held {
  readonly credential: Credential
  readonly opening: LinkedKeys
  readonly binding: LinkedBinding
}

const findingsOf = (
  { settings, profile }: ClientDraft,
  provider: Followed<Provider>,
  { credential, opening, binding }: Held,
): readonly Finding[] => [
  ...(provider.kind === 'finding' ? [{ field: ['spec', 'providerRef'], ...provider.finding }] : []),
  ...unsuitable(provider),
  ...(provider.kind === 'usable' ? unaskable(settings.asking, provider.value) : []),
  ...(provider.kind === 'usable' ? contradictions(profile, provider.value) : []),
  ...(credential.kind === 'unusable' ? credential.findings : []),
  ...opening.findings,
  ...binding.findings,
]

const link = (
  draft: ClientDraft,
  provider: Followed<Provider>,
  held: Held,
  hash: (text: string) => string,
  unreachable: Finding | undefined,
): LinkedDraft<Client> => {
  const own = findingsOf(draft, provider, held)
  const findings = unreachable === undefined ? own : [...own, unreachable]
  const { credential, opening, binding } = held
  if (provider.kind === 'usable' && credential.kind === 'usable' && !findings.some(hinders)) {
    const { value: authentication } = credential
    const secrets = { authentication, keys: opening.keys, binding: binding.certificate }
    const value = complete(draft, provider.value, secrets, hash)
    return { linked: { kind: 'usable', value }, findings }
  }
  const detail =
    provider.kind === 'unusable' ? provider.detail : (findings.find(hinders)?.message ?? '')
  return { linked: { kind: 'unusable', detail }, findings }
}

/** What the clients of one compilation are completed with. */
export interface ClientSurroundings {
  readonly providers: Referables<Provider>
  readonly read: ReadData
  readonly hash: (text: string) => string
  /** Absent: certificates and keys are not looked at. */
  readonly whyNoPair?: WhyNoPair | undefined
  /** Absent: a key is taken for what its client says of it. */
  readonly describeKey?: DescribeKey | undefined
  /** Why the callback hosts of clients cannot call them back, by their names. */
  readonly unreachable: ReadonlyMap<string, Finding>
}

/**
 * Completes a draft with its provider and its credential. A client whose draft, provider, secret
 * and callback host are those of before is the same object.
 */
export const linkClient = (
  draft: ClientDraft,
  { providers, read, hash, whyNoPair, describeKey, unreachable }: ClientSurroundings,
  memo: Memo<LinkedDraft<Client>>,
): LinkedDraft<Client> => {
  const provider = follow(draft.namespace, draft.provider, providers)
  const { credential, decryptionKeys, bindingCertificate } = draft
  const ofCredential = readCredentialOf(credential, read)
  const ofKeys = readKeys(decryptionKeys, read)
  const ofBinding = readBinding(bindingCertificate, read)
  const finding = unreachable.get(draft.name)
  const marks = [...ofCredential, ...ofKeys, ...ofBinding].map(markOfReading)
  return memo.of(draft, [markOf(provider), ...marks, finding?.message], () => {
    const held = {
      credential: linkCredential(credential, ofCredential, whyNoPair, describeKey),
      opening: linkKeys(decryptionKeys, ofKeys),
      binding: linkBinding(bindingCertificate, ofBinding, whyNoPair),
    }
    return link(draft, provider, held, hash, finding)
  })
}
