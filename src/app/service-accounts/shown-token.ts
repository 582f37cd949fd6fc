import { readJwt } from '../../oidc/token/jwt.ts'

/** A token that may be shown, or why it may not. */
export type ShownToken =
  | { readonly ok: true; readonly token: string; readonly expiresAtMs: number }
  /** Completes a sentence that names the token; without its full stop, and without the token. */
  | { readonly ok: false; readonly why: string; readonly isAbout: Trait }

/** What of a token keeps it from being shown: whom it is for, when it ends, or what it is. */
export type Trait = 'audience' | 'time' | 'form'

/** What the API server of a cluster calls itself, whoever signs its tokens. */
const API_SERVER =
  /^(?:https:\/\/)?kubernetes(?:\.default(?:\.svc(?:\.[a-z0-9.-]+)?)?)?(?::\d+)?\/?$/i

/** A token that ends sooner may end on its way. */
export const LEAST_MS = 60_000

/** An API server, as far as it is known. */
interface KnownApi {
  /** Every `aud` that it takes. */
  readonly audiences: readonly string[]
  /** Its host, and its port unless that is 443. */
  readonly host: string | undefined
}

const listed = (aud: unknown): readonly string[] =>
  (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === 'string')

/** The `aud` of a token of which nothing is verified; none where it is no JWT. */
export const audiencesOf = (compact: string): readonly string[] =>
  listed(readJwt(compact)?.claims.aud)

const refused = (isAbout: Trait, why: string): ShownToken => ({ ok: false, isAbout, why })

/** Of what came from outside, as much as a message may show. */
const shown = (audiences: readonly string[]): string =>
  audiences.length === 0 ? 'nobody' : audiences.join(', ').slice(0, 200)

const isAt = (host: string, audience: string): boolean =>
  [audience, `https://${audience}`].some((text) => URL.parse(text)?.host === host)

const isApi = (audience: string, { audiences, host }: KnownApi): boolean =>
  API_SERVER.test(audience) ||
  audiences.includes(audience) ||
  (host !== undefined && isAt(host, audience))

/**
 * Whether a token may be shown to the party that `audience` names. Whoever receives it could use it
 * wherever else it is good, so it has to be for that party alone, and never for the API server. It
 * has to be good for a minute.
 */
export const judgeToken = (
  compact: string,
  audience: string,
  { nowMs, api }: { readonly nowMs: number; readonly api: KnownApi },
): ShownToken => {
  const jwt = readJwt(compact)
  if (jwt === undefined) return refused('form', 'is no JWT')
  const { aud, iss, exp } = jwt.claims
  const audiences = listed(aud)
  if (audience === iss || isApi(audience, api)) {
    return refused(
      'audience',
      'would be good at the API server itself, so that it is shown to nobody',
    )
  }
  if (audiences.length !== 1 || audiences[0] !== audience) {
    const why = `is for ${shown(audiences)}, and has to be for ${audience} alone`
    return refused('audience', why)
  }
  if (typeof exp !== 'number') return refused('form', 'does not say when it ends')
  const expiresAtMs = exp * 1_000
  if (expiresAtMs <= nowMs) {
    return refused('time', `ended at ${new Date(expiresAtMs).toISOString()}`)
  }
  return expiresAtMs - nowMs > LEAST_MS
    ? { ok: true, token: compact, expiresAtMs }
    : refused('time', 'ends within a minute')
}
