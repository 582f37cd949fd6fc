import type { ApiCalls } from './api-calls.ts'
import type { ApiFailure } from './api-failure.ts'

/** A token of a service account that is asked for. */
export interface TokenAsked {
  readonly namespace: string
  readonly name: string
  /** Absent: one that is good at the API server itself, which names all of its audiences. */
  readonly audience?: string
  /** How long it is to be good; the API server may give one that is good for another time. */
  readonly seconds: number
}

/** The token in compact form, or why there is none. */
export type TokenAnswer =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly failure: ApiFailure }

/** Asks the API server for a token. Never rejects. */
export type RequestToken = (asked: TokenAsked, signal: AbortSignal) => Promise<TokenAnswer>

/** TokenRequest of `authentication.k8s.io/v1`, which takes `create` on `serviceaccounts/token`. */
export const createRequestToken =
  (calls: Pick<ApiCalls, 'write'>): RequestToken =>
  async ({ namespace, name, audience, seconds }, signal) => {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`
    const object = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        ...(audience === undefined ? {} : { audiences: [audience] }),
        expirationSeconds: seconds,
      },
    }
    const answer = await calls.write({ method: 'POST', path, object }, signal)
    if (!answer.ok) return answer
    const token: unknown = Object(Object(answer.object).status).token
    return typeof token === 'string' && token !== ''
      ? { ok: true, token }
      : { ok: false, failure: { message: 'the answer of the API server holds no token' } }
  }
