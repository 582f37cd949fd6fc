import {
  ENDPOINT_NAMES,
  issuerOfTenant,
  type Provider,
  TENANT_PLACE,
} from '../../../core/registration/provider.ts'
import { type Checked, right, wrong } from '../../matching/checked.ts'
import { secureUrl, withoutCredentials } from '../../matching/secure-url.ts'
import type { IdentityProvider } from '../../resource/resource.ts'
import { canonicalJson } from '../object/canonical-json.ts'
import { deepFreeze } from '../object/deep-freeze.ts'
import { createFindings, type Finding, type Findings } from '../object/findings.ts'
import { type Grant, grantOf } from '../object/grant.ts'
import type { Memo } from '../object/memo.ts'
import type { LinkedDraft } from '../object/outcome.ts'
import { type Certificates, certificates, readOf } from './certificates.ts'
import { type ClaimSourceDraft, linkClaimSources, readClaimSources } from './claim-sources.ts'
import { type DataRef, markOfReading, type ReadData } from './keyed-data.ts'

/** An IdentityProvider as read, before what it refers to is looked at. */
export interface ProviderDraft {
  readonly name: string
  readonly grant: Grant
  readonly settings: Omit<Provider, 'name' | 'generation' | 'caPem' | 'proxy' | 'claimSources'>
  readonly claimSources: readonly ClaimSourceDraft[]
  readonly ca?: DataRef
  readonly proxy?: { readonly url: string; readonly ca?: DataRef }
}

const SECOND = 1_000

const HOUR = 3_600 * SECOND

const endpointsOf = (
  spec: IdentityProvider['spec'],
  allowInsecure: boolean,
  findings: Findings,
): Provider['endpoints'] => {
  const written = ENDPOINT_NAMES.flatMap((name) => {
    const url = spec.endpoints?.[name]
    return url === undefined ? [] : [[name, url] as const]
  })
  for (const [name, url] of written) {
    const field = ['spec', 'endpoints', name]
    findings.take(field, 'endpoint', withoutCredentials(url), secureUrl(url, allowInsecure))
  }
  return Object.fromEntries(written)
}

const metadataUrlOf = (
  { metadataURL: url }: IdentityProvider['spec'],
  allowInsecure: boolean,
  findings: Findings,
): Pick<Provider, 'metadataUrl'> => {
  if (url === undefined) return {}
  const checked = secureUrl(url, allowInsecure)
  findings.take(['spec', 'metadataURL'], 'URL', withoutCredentials(url), checked)
  return { metadataUrl: url }
}

const proxyUrl = (text: string): Checked<string> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isBare = url?.pathname === '/' && url.search === '' && url.username === ''
  return url !== undefined && isBare
    ? right(text)
    : wrong(
        'is no URL of a proxy: write its scheme, host and port, as in `http://proxy.example.com:3128`',
      )
}

const proxyOf = (
  { metadata: { namespace }, spec: { proxy } }: IdentityProvider,
  findings: Findings,
): Pick<ProviderDraft, 'proxy'> => {
  if (proxy === undefined) return {}
  const { url, caRef } = proxy
  findings.take(['spec', 'proxy', 'url'], 'URL', withoutCredentials(url), proxyUrl(url))
  return { proxy: { url, ...(caRef === undefined ? {} : { ca: { namespace, ...caRef } }) } }
}

const settingsOf = (
  spec: IdentityProvider['spec'],
  allowInsecure: boolean,
  findings: Findings,
): ProviderDraft['settings'] => {
  const { issuer, refreshInterval } = spec
  const refresh = { leastMs: 10 * SECOND, mostMs: 24 * HOUR }
  const interval = ['spec', 'refreshInterval']
  const checked = secureUrl(issuerOfTenant({ issuer }, 'tenant'), allowInsecure)
  findings.take(['spec', 'issuer'], 'issuer', withoutCredentials(issuer), checked)
  const duration = findings.durationMs
  if (issuer.includes(TENANT_PLACE) !== (spec.tenants !== undefined)) {
    const message = `\`tenants\` and an issuer with ${TENANT_PLACE} belong together: set both or neither`
    findings.add(['spec', 'tenants'], message)
  }
  return {
    issuer,
    ...(spec.tenants === undefined ? {} : { tenants: [...spec.tenants] }),
    ...(spec.additionalIssuers === undefined
      ? {}
      : { additionalIssuers: [...spec.additionalIssuers] }),
    discovery: spec.discovery === 'Automatic',
    ...metadataUrlOf(spec, allowInsecure, findings),
    endpoints: endpointsOf(spec, allowInsecure, findings),
    signingAlgorithms: [...spec.signingAlgorithms],
    clockSkewMs: duration(['spec', 'clockSkew'], spec.clockSkew, {
      leastMs: 0,
      mostMs: 60 * SECOND,
    }),
    requestTimeoutMs: duration(['spec', 'requestTimeout'], spec.requestTimeout, {
      leastMs: SECOND,
      mostMs: 30 * SECOND,
    }),
    ...(spec.maxTokenLifetime === undefined
      ? {}
      : {
          maxTokenLifetimeMs: duration(['spec', 'maxTokenLifetime'], spec.maxTokenLifetime, {
            leastMs: 60 * SECOND,
            mostMs: 8_760 * 3_600 * SECOND,
          }),
        }),
    metadataRefreshMs: duration([...interval, 'metadata'], refreshInterval.metadata, refresh),
    keysRefreshMs: duration([...interval, 'keys'], refreshInterval.keys, refresh),
  }
}

/**
 * Reads an IdentityProvider by itself. The draft is of use only if there are no findings; its grant
 * always holds.
 */
export const readProvider = (
  resource: IdentityProvider,
  allowInsecure: boolean,
): { readonly draft: ProviderDraft; readonly findings: readonly Finding[] } => {
  const { metadata, spec } = resource
  const { namespace } = metadata
  const findings = createFindings()
  const draft: ProviderDraft = {
    name: `${namespace}/${metadata.name}`,
    grant: grantOf(namespace, spec.allowedNamespaces),
    settings: settingsOf(spec, allowInsecure, findings),
    claimSources: readClaimSources(spec, allowInsecure, findings),
    ...(spec.tls === undefined ? {} : { ca: { namespace, ...spec.tls.caRef } }),
    ...proxyOf(resource, findings),
  }
  return { draft, findings: findings.list() }
}

const named = (pem: string | undefined): { readonly caPem?: string } =>
  pem === undefined ? {} : { caPem: pem }

const link = (
  draft: ProviderDraft,
  own: Certificates,
  ofProxy: Certificates,
  hash: (text: string) => string,
): LinkedDraft<Provider> => {
  const findings = [...own.findings, ...ofProxy.findings]
  const [first] = findings
  if (first !== undefined) {
    return { linked: { kind: 'unusable', detail: first.message }, findings }
  }
  const itself = {
    name: draft.name,
    ...draft.settings,
    ...named(own.pem),
    ...(draft.proxy === undefined
      ? {}
      : { proxy: { url: draft.proxy.url, ...named(ofProxy.pem) } }),
  }
  const content = { ...itself, ...linkClaimSources(draft.claimSources, itself, hash) }
  const generation = hash(canonicalJson(content))
  return { linked: { kind: 'usable', value: deepFreeze({ ...content, generation }) }, findings }
}

/**
 * Completes a draft with the certificates it refers to. A provider whose draft and certificates are
 * those of before is the same object.
 */
export const linkProvider = (
  draft: ProviderDraft,
  read: ReadData,
  hash: (text: string) => string,
  memo: Memo<LinkedDraft<Provider>>,
): LinkedDraft<Provider> => {
  const own = readOf(draft.ca, read)
  const ofProxy = readOf(draft.proxy?.ca, read)
  return memo.of(draft, [markOfReading(own), markOfReading(ofProxy)], () =>
    link(
      draft,
      certificates(draft.ca, ['spec', 'tls', 'caRef'], own),
      certificates(draft.proxy?.ca, ['spec', 'proxy', 'caRef'], ofProxy),
      hash,
    ),
  )
}
