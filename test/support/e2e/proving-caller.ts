import {
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  clientCredentialsGrant,
  customFetch,
  discovery,
  fetchProtectedResource,
  getDPoPHandle,
  modifyAssertion,
  randomDPoPKeyPair,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { Agent, fetch } from 'undici'
import { onTestFinished } from 'vitest'
import { lookupOnLoopback } from '../parts/http-browser.ts'
import type { Stack } from '../parts/stack.ts'

/** A client of the provider, by its secret. */
export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
}

/** What a caller proves its tokens with. */
export interface ProvingCallerOptions {
  /** Of the key that signs its proofs; absent: it has no key and sends bearer tokens. */
  readonly algorithm?: string
  /** What it shows at each connection; absent: it shows none. */
  readonly certificate?: { readonly cert: string; readonly key: string }
}

/** One request as it went out, and what came of it. */
export interface Sent {
  readonly url: string
  readonly authorization: string | undefined
  readonly dpop: string | undefined
  readonly status: number
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
}

/** What a proof is to be about. */
export interface Proven {
  readonly method?: string
  /** Laid over the claims that the library makes. */
  readonly claims?: Readonly<Record<string, number | string>>
}

/** A program on `openid-client`, which does what that library does and nothing by hand. */
export interface ProvingCaller {
  /** The thumbprint of its key; empty without one. */
  readonly thumbprint: string
  /** A token of the client credentials grant. @throws Error if the provider gives none */
  readonly fetchToken: () => Promise<string>
  /** Asks for a resource; the library itself asks again where it is told a nonce. */
  readonly ask: (url: string, token: string, method?: string) => Promise<Answer>
  /** A proof as the library makes it, which is not sent. */
  readonly prove: (url: string, token: string, proven?: Proven) => Promise<string>
  /** What it has sent so far, whatever host it was for. */
  readonly sent: () => readonly Sent[]
}

/** An answer that the library takes for an error is one as well. */
const answered = async (answer: Promise<Response>): Promise<Answer> => {
  try {
    return await answer
  } catch (error) {
    if (error instanceof WWWAuthenticateChallengeError) return error.response
    throw error
  }
}

/** A caller that knows the provider of a stack; its connections end with the test. */
export const createProvingCaller = async (
  stack: Pick<Stack, 'issuer' | 'caPem'>,
  { clientId, clientSecret }: Credentials,
  { algorithm, certificate }: ProvingCallerOptions = {},
): Promise<ProvingCaller> => {
  const connect = { lookup: lookupOnLoopback, ca: stack.caPem, ...certificate }
  const dispatcher = new Agent({ connect })
  onTestFinished(() => dispatcher.close())
  const sent: Sent[] = []
  const send: CustomFetch = async (url, { method, headers, body, redirect }) => {
    const given =
      typeof body === 'string' || body instanceof URLSearchParams ? `${body}` : undefined
    const init = { method, headers, redirect, dispatcher }
    const response = await fetch(url, given === undefined ? init : { ...init, body: given })
    const { authorization, dpop } = headers
    sent.push({ url, authorization, dpop, status: response.status })
    const answer = await response.arrayBuffer()
    const { status } = response
    return new Response(status === 204 ? null : answer, {
      status,
      headers: [...response.headers] as [string, string][],
    })
  }
  const secret = ClientSecretPost(clientSecret)
  const found = await discovery(new URL(stack.issuer), clientId, undefined, secret, {
    [customFetch]: send,
  })
  const keys = algorithm === undefined ? undefined : await randomDPoPKeyPair(algorithm)
  const handle = keys === undefined ? undefined : getDPoPHandle(found, keys)
  const proving = handle === undefined ? {} : { DPoP: handle }

  const prove: ProvingCaller['prove'] = async (url, token, { method = 'GET', claims } = {}) => {
    if (keys === undefined) throw new Error('This caller has no key.')
    let made: string | undefined
    const aside = new Configuration(found.serverMetadata(), clientId)
    aside[customFetch] = async (_url, { headers }) => {
      made = headers.dpop
      return new Response(null, { status: 204 })
    }
    const once = getDPoPHandle(aside, keys, {
      [modifyAssertion]: (_header, payload) => void Object.assign(payload, claims),
    })
    const headers = new Headers()
    await fetchProtectedResource(aside, token, new URL(url), method, undefined, headers, {
      DPoP: once,
    })
    return made ?? ''
  }

  return {
    thumbprint: (await handle?.calculateThumbprint()) ?? '',
    fetchToken: async () => {
      const asked = { scope: 'orders:read' }
      return (await clientCredentialsGrant(found, asked, proving)).access_token
    },
    ask: (url, token, method = 'GET') => {
      const headers = new Headers()
      const target = new URL(url)
      return answered(
        fetchProtectedResource(found, token, target, method, undefined, headers, proving),
      )
    },
    prove,
    sent: () => [...sent],
  }
}
