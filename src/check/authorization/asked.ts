import type { CheckPorts } from '../../core/check-ports.ts'
import { clearCookie, findCookie, setCookie } from '../../core/cookie/cookie.ts'
import { loginCookiesToDrop } from '../../core/cookie/own-cookies.ts'
import type { Header } from '../../core/decision/decision.ts'
import { clearing } from '../answer/denials.ts'
import { attemptOf, attemptTimeMs, createState, loginCookieName } from '../login/login-cookie.ts'
import type { Addressee } from './answers.ts'
import { type Asking, sealedFor } from './issuer.ts'

/** What a program asked for, as the browser of the person keeps it. */
export interface Asked extends Addressee {
  /** Ours; it names the attempt, and nobody who has not seen our page or the provider knows it. */
  readonly state: string
  /** Whom the code is sealed for. */
  readonly clientKey: string
  readonly codeChallenge: string
  readonly resourceUrl: string
  readonly scopes: readonly string[]
  readonly prompt?: string
}

/** How far an attempt has come: a person is asked, or has agreed and is at the provider. */
export type Stage = 'asked' | 'sent'

/** What a browser keeps of an attempt, or that there is nothing. */
export type Found =
  | { readonly kind: 'found'; readonly asked: Asked; readonly attempt: string }
  | { readonly kind: 'none'; readonly why: string }

/** What browsers keep of what programs asked for: one cookie for each attempt. */
export interface Attempts {
  /** A new attempt and its cookie, or `undefined` for one that no browser would keep. */
  readonly begin: (
    asking: Asking,
    stage: Stage,
    asked: Omit<Asked, 'state'>,
  ) => { readonly state: string; readonly headers: readonly Header[] } | undefined
  /** The attempt of this very browser that a `state` names, at a stage. */
  readonly find: (asking: Asking, stage: Stage, state: string | undefined) => Found
  /** True once for each attempt and stage, on whatever replica. */
  readonly claim: (asking: Asking, stage: Stage, attempt: string) => Promise<boolean>
  /** Removes the cookie. */
  readonly forgotten: (attempt: string) => readonly Header[]
}

/** Browsers keep 4 KiB of name and value. */
const MAX_COOKIE_BYTES = 3_584

const LAX = { sameSite: 'Lax' } as const

/**
 * What a person is asked is bound to the browser that they are asked in, and nothing is kept here:
 * whoever only looks, or opens the link in a program, costs nothing. The cookies are among those of
 * logins, and make room for one another (R16).
 */
export const createAttempts = ({
  seal,
  clock,
  random,
  replay,
}: Pick<CheckPorts, 'seal' | 'clock' | 'random' | 'replay'>): Attempts => {
  const contextOf = (asking: Asking, stage: Stage, attempt: string) =>
    sealedFor(stage, asking, attempt)

  const isOver = ({ server }: Asking, attempt: string): boolean =>
    attemptTimeMs(attempt) + server.client.loginLifetimeMs <= clock.nowMs()

  return {
    begin: (asking, stage, draft) => {
      const { request, policy, server } = asking
      const { loginLifetimeMs } = server.client
      const state = createState(random, clock.nowMs())
      const attempt = attemptOf(state) ?? ''
      const name = loginCookieName(attempt)
      const asked: Asked = { ...draft, state }
      const value = seal.seal(contextOf(asking, stage, attempt), JSON.stringify(asked))
      const bytes = name.length + value.length
      if (bytes > MAX_COOKIE_BYTES) return undefined
      const dropped = loginCookiesToDrop(request.header('cookie'), policy.clients, bytes)
      const attributes = { ...LAX, maxAgeSeconds: loginLifetimeMs / 1_000 }
      return {
        state,
        headers: [['set-cookie', setCookie(name, value, attributes)], ...clearing(dropped)],
      }
    },

    find: (asking, stage, state) => {
      const attempt = state === undefined ? undefined : attemptOf(state)
      if (attempt === undefined) return { kind: 'none', why: 'It names no attempt of ours.' }
      const cookie = findCookie(asking.request.header('cookie'), loginCookieName(attempt))
      const opened =
        cookie.kind === 'one'
          ? seal.open(contextOf(asking, stage, attempt), cookie.value)
          : undefined
      const asked = opened === undefined ? undefined : (JSON.parse(opened) as Asked)
      if (asked === undefined || asked.state !== state) {
        return { kind: 'none', why: 'This browser has no such attempt, or is done with it.' }
      }
      return isOver(asking, attempt)
        ? { kind: 'none', why: 'It came after `authorizationRequest.lifetime` of the OIDCClient.' }
        : { kind: 'found', asked, attempt }
    },

    claim: ({ server, budget }, stage, attempt) =>
      replay.claim(`authorization-${stage}:${attempt}`, server.client.loginLifetimeMs, budget),

    forgotten: (attempt) => [
      ['set-cookie', clearCookie({ name: loginCookieName(attempt), ...LAX })],
    ],
  }
}
