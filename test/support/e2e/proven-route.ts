import { API_AUDIENCE } from '../parts/oidc-provider-settings.ts'
import type { Stack } from '../parts/stack.ts'
import { BROKEN, type Manifest, ours, UNKNOWN } from './manifests.ts'
import type { Answer } from './proving-caller.ts'

/** The host that takes tokens with proofs. */
export const PROVEN = BROKEN

/** Another host of the same route: what is proven for one of them is not for the other. */
export const PROVEN_TOO = UNKNOWN

const bearer = (more: Manifest): Manifest => ({
  bearer: { providerRef: { name: 'idp' }, audiences: [API_AUDIENCE], ...more },
})

const rule = (name: string, more: Manifest): Manifest => ({
  name,
  match: [{ path: { prefix: `/${name}` } }],
  authenticate: [bearer(more)],
})

/**
 * Its route: tokens that are bound to a key, below `/nonce` with a nonce of ours, below `/mutual`
 * those that are bound to a certificate.
 */
export const provenRoute = ours('ProtectedRoute', 'proven', {
  hosts: [PROVEN, PROVEN_TOO],
  authenticate: [bearer({ proof: 'DPoP' })],
  rules: [
    rule('nonce', { proof: 'DPoP', dpop: { nonce: 'Require' } }),
    rule('mutual', { proof: 'MutualTLS' }),
    rule('any', {}),
  ],
})

/** The status of an answer, and the reason of a refusal. */
export const outcomeOf = ({
  status,
  headers,
}: Answer): readonly [status: number, reason: string | null] => [
  status,
  headers.get('x-sallyport-reason'),
]

/** The detail of the last decision with a reason, once it is logged. */
export const lastDetail = (stack: Stack, reason: string): string | undefined => {
  const line = stack.sallyport.decisions().findLast((decision) => decision.reason === reason)
  return line === undefined ? undefined : String(line.detail)
}
