import { expect, it, vi } from 'vitest'
import { createDpopCaller } from '../../support/dpop-caller.ts'
import { bearing, fetchMachineToken, readToken } from '../../support/e2e/access-tokens.ts'
import { askKeycloak, tokenEndpointOf, tokensOfAlice } from '../../support/e2e/keycloak-tokens.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import type { HttpResponse } from '../../support/parts/http-browser.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'
import type { Stack } from '../../support/parts/stack.ts'

/** The host of an API whose tokens are asked about. */
export const ASKED = 'asked.localhost'

/** The host of one whose tokens are shown to the userinfo endpoint. */
export const SHOWN = 'shown.localhost'

/** What the audience mapper belongs to. */
const WITH_MAPPER = 'openid orders-api'

/** Tokens that a real Keycloak is asked about. */
export const describeAsked = (stack: () => Stack): void => {
  const send = (
    host: string,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpResponse> => newHttpBrowser(stack()).send(stack().url(host, path), { headers })

  const statusOf = async (host: string, path: string, token: string): Promise<number> =>
    (await send(host, path, bearing(token))).status

  /** Sends what has to be refused: nothing of it reaches the upstream. */
  const refused = async (host: string, path: string, token: string): Promise<unknown> => {
    let answer: unknown
    const seen = await seenDuring(stack(), async () => {
      answer = (await send(host, path, bearing(token))).json()
    })
    expect(seen).toEqual([])
    return answer
  }

  /** Lines are written in batches. */
  const decided = (path: string, detail: RegExp): Promise<void> =>
    vi.waitFor(() =>
      expect(stack().sallyport.decisions()).toContainEqual(
        expect.objectContaining({ path, detail: expect.stringMatching(detail) }),
      ),
    )

  it('`introspection`: a token with the audience mapper passes, as whom Keycloak says', async () => {
    const { access_token: token } = await tokensOfAlice(stack(), WITH_MAPPER)
    expect(await statusOf(ASKED, '/orders?asked=1', token)).toBe(200)
    expect(lastSeen(stack(), '/orders?asked=1').headers).toMatchObject({
      ...bearing(token),
      'x-auth-issuer': stack().issuer,
      'x-auth-subject': readToken(token).claims.sub,
      'x-auth-email': endUsers.alice.email,
    })
  })

  it('`introspection`: one without is refused, and the decision says what to do', async () => {
    const { access_token: token } = await tokensOfAlice(stack())
    const answer = await refused(ASKED, '/without-mapper', token)
    expect(answer).toMatchObject({ status: 401, reason: 'token_inactive' })
    await decided('/without-mapper', /add an audience mapper/)
    const machine = await fetchMachineToken(
      stack(),
      newHttpBrowser(stack()),
      'orders:read',
      tokenEndpointOf(stack()).slice(stack().issuer.length),
    )
    expect(await refused(ASKED, '/', machine)).toMatchObject({ reason: 'token_inactive' })
  })

  it('R23: `introspection`: ID tokens and refresh tokens are none', async () => {
    const tokens = await tokensOfAlice(stack(), WITH_MAPPER)
    for (const token of [tokens.id_token, tokens.refresh_token]) {
      const answer = await refused(ASKED, '/', token)
      expect(answer).toMatchObject({ status: 401, reason: 'token_type_invalid' })
    }
  })

  it('`introspection`: after a logout a token counts where it is remembered, and no longer', async () => {
    const tokens = await tokensOfAlice(stack(), WITH_MAPPER)
    const token = tokens.access_token
    expect(await statusOf(ASKED, '/remembered', token)).toBe(200)
    expect(await statusOf(ASKED, '/', token)).toBe(200)
    const out = await askKeycloak(stack(), 'logout', { refresh_token: tokens.refresh_token })
    expect(out.status).toBe(204)
    const answer = await refused(ASKED, '/', token)
    expect(answer).toMatchObject({ status: 401, reason: 'token_inactive' })
    expect(await statusOf(ASKED, '/remembered', token)).toBe(200)
  })

  it('`introspection`: a token that was taken back counts no more', async () => {
    const { access_token: token } = await tokensOfAlice(stack(), WITH_MAPPER)
    expect(await statusOf(ASKED, '/', token)).toBe(200)
    expect((await askKeycloak(stack(), 'revoke', { token })).status).toBe(200)
    const answer = await refused(ASKED, '/', token)
    expect(answer).toMatchObject({ status: 401, reason: 'token_inactive' })
  })

  it('`introspection`: a client that Keycloak refuses is a fault, and no bad token', async () => {
    const { access_token: token } = await tokensOfAlice(stack(), WITH_MAPPER)
    const answer = await refused(ASKED, '/mistyped', token)
    expect(answer).toMatchObject({ status: 503, reason: 'provider_misconfigured' })
    await decided('/mistyped', /shop\/mistyped.*authentication\.secretRef/)
  })

  it('R23: `introspection`: one that is bound to a key has to be proven', async () => {
    const caller = createDpopCaller()
    const uri = tokenEndpointOf(stack())
    const asking = { uri, method: 'POST', token: '', nowMs: Date.now(), claims: { ath: undefined } }
    const headers = { dpop: caller.prove(asking) }
    const { access_token: token } = await tokensOfAlice(stack(), WITH_MAPPER, headers)
    expect(readToken(token).claims.cnf).toMatchObject({ jkt: caller.jkt })
    const stolen = await refused(ASKED, '/', token)
    expect(stolen).toMatchObject({ status: 401, reason: 'token_scheme_invalid' })
    const here = { token, uri: stack().url(ASKED, '/bound'), nowMs: Date.now() }
    const proven = { authorization: `DPoP ${token}`, dpop: caller.prove(here) }
    expect((await send(ASKED, '/bound', proven)).status).toBe(200)
    const seen = lastSeen(stack(), '/bound').headers
    expect(seen).toMatchObject({ authorization: `DPoP ${token}` })
    expect(seen).not.toHaveProperty('dpop')
    const again = await send(ASKED, '/bound', proven)
    expect(again.json()).toMatchObject({ status: 401, reason: 'proof_replayed' })
  })

  it('`userinfo`: a token of a person passes, whichever application it is of', async () => {
    const { access_token: token } = await tokensOfAlice(stack())
    expect(await statusOf(SHOWN, '/profile', token)).toBe(200)
    expect(lastSeen(stack(), '/profile').headers).toMatchObject({
      ...bearing(token),
      'x-auth-issuer': stack().issuer,
      'x-auth-subject': readToken(token).claims.sub,
      'x-auth-email': endUsers.alice.email,
    })
  })

  it('`userinfo`: one without the scope `openid` is refused', async () => {
    const { access_token: token } = await tokensOfAlice(stack(), 'email')
    const answer = await refused(SHOWN, '/', token)
    expect(answer).toMatchObject({ status: 401, reason: 'token_inactive' })
  })

  it('`userinfo`: after a logout a token counts no more', async () => {
    const tokens = await tokensOfAlice(stack())
    expect(await statusOf(SHOWN, '/', tokens.access_token)).toBe(200)
    await askKeycloak(stack(), 'logout', { refresh_token: tokens.refresh_token })
    const answer = await refused(SHOWN, '/', tokens.access_token)
    expect(answer).toMatchObject({ status: 401, reason: 'token_inactive' })
  })
}
