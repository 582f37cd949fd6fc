import { readJwt } from '../../oidc/token/jwt.ts'

/** A token that may be shown, or why it may not. */
export type ShownToken =
  | { readonly ok: true; readonly token: string; readonly expiresAtMs: number }
  /** Completes a sentence that names the token; without its full stop, and without the token. */
  | { readonly ok: false; readonly why: string }

/** What the API server of a cluster calls itself, whoever signs its tokens. */
const API_SERVER =
  /^(?:https:\/\/)?kubernetes(?:\.default(?:\.svc(?:\.[a-z0-9.-]+)?)?)?(?::\d+)?\/?$/i

const listed = (aud: unknown): readonly string[] =>
  (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === 'string')

const refused = (why: string): ShownToken => ({ ok: false, why })

/** Of what came from outside, as much as a message may show. */
const shown = (audiences: readonly string[]): string =>
  audiences.length === 0 ? 'nobody' : audiences.join(', ').slice(0, 200)

/**
 * Whether a token may be shown to the party that `audience` names. Whoever receives it could use it
 * wherever else it is good, so it has to be for that party alone, and never for the API server.
 */
export const judgeToken = (compact: string, audience: string, nowMs: number): ShownToken => {
  const jwt = readJwt(compact)
  if (jwt === undefined) return refused('is no JWT')
  const { aud, iss, exp } = jwt.claims
  const audiences = listed(aud)
  if (audience === iss || API_SERVER.test(audience)) {
    return refused('would be good at the API server itself, so that it is shown to nobody')
  }
  if (audiences.length !== 1 || audiences[0] !== audience) {
    return refused(`is for ${shown(audiences)}, and has to be for ${audience} alone`)
  }
  if (typeof exp !== 'number') return refused('does not say when it ends')
  const expiresAtMs = exp * 1_000
  return expiresAtMs > nowMs
    ? { ok: true, token: compact, expiresAtMs }
    : refused(`ended at ${new Date(expiresAtMs).toISOString()}`)
}
