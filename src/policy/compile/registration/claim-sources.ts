import type { Provider } from '../../../core/registration/provider.ts'
import { secureUrl, withoutCredentials } from '../../matching/secure-url.ts'
import type { FieldPath, IdentityProvider } from '../../resource/resource.ts'
import { canonicalJson } from '../object/canonical-json.ts'
import type { Findings } from '../object/findings.ts'

/** A claim source as read, before it has what its provider is reached with. */
export interface ClaimSourceDraft {
  readonly issuer: string
  readonly jwksUrl: string
  readonly endpoints: readonly string[]
}

/** The claim sources that an IdentityProvider lists, none by default. No two share an endpoint. */
export const readClaimSources = (
  { claimSources = [] }: IdentityProvider['spec'],
  allowInsecure: boolean,
  findings: Findings,
): readonly ClaimSourceDraft[] => {
  const sourceOf = new Map<string, number>()
  return claimSources.map(({ issuer, jwksURL, endpoints }, index) => {
    const at = ['spec', 'claimSources', index]
    const check = (field: FieldPath, what: string, url: string): void => {
      findings.take(field, what, withoutCredentials(url), secureUrl(url, allowInsecure))
    }
    check([...at, 'jwksURL'], 'URL', jwksURL)
    for (const [place, url] of endpoints.entries()) {
      check([...at, 'endpoints', place], 'endpoint', url)
      const other = sourceOf.get(url) ?? index
      sourceOf.set(url, other)
      if (other === index) continue
      const message = `\`${withoutCredentials(url)}\` is an endpoint of spec.claimSources[${other}] already, which alone would be asked: remove it from one of the two`
      findings.add([...at, 'endpoints', place], message)
    }
    return { issuer, jwksUrl: jwksURL, endpoints: [...endpoints] }
  })
}

type Itself = Omit<Provider, 'generation' | 'claimSources'>

/**
 * The claim sources of a provider. Each has a name and a generation of its own, so that it is
 * called, held back and remembered apart from the provider, and otherwise what leads to the
 * provider and what its tokens are held to.
 */
export const linkClaimSources = (
  drafts: readonly ClaimSourceDraft[],
  itself: Itself,
  hash: (text: string) => string,
): Pick<Provider, 'claimSources'> => {
  if (drafts.length === 0) return {}
  const { name, caPem, proxy, signingAlgorithms, clockSkewMs } = itself
  const { requestTimeoutMs, metadataRefreshMs, keysRefreshMs } = itself
  const claimSources = drafts.map(({ issuer, jwksUrl, endpoints }) => {
    const content = {
      name: `${name} (claim source ${issuer})`,
      issuer,
      discovery: false,
      endpoints: { jwks: jwksUrl },
      ...(caPem === undefined ? {} : { caPem }),
      ...(proxy === undefined ? {} : { proxy }),
      signingAlgorithms,
      clockSkewMs,
      requestTimeoutMs,
      metadataRefreshMs,
      keysRefreshMs,
      isClaimSource: true as const,
    }
    return { endpoints, provider: { ...content, generation: hash(canonicalJson(content)) } }
  })
  return { claimSources }
}
