import { expect, it, vi } from 'vitest'
import { readToken } from '../../support/e2e/access-tokens.ts'
import { askKeycloak, tokensOfAlice } from '../../support/e2e/keycloak-tokens.ts'
import { API, BROKEN, OPS } from '../../support/e2e/manifests.ts'
import { sendPlain } from '../../support/e2e/plain-client.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import type { HttpResponse } from '../../support/parts/http-browser.ts'
import { MACHINE_CLIENT, WEB_CLIENT } from '../../support/parts/oidc-provider.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'
import type { Stack } from '../../support/parts/stack.ts'

const basic = (name: string, secret: string): Readonly<Record<string, string>> => ({
  authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
})

const MACHINE = basic(MACHINE_CLIENT.clientId, MACHINE_CLIENT.clientSecret)
const ALICE = basic('alice', endUsers.alice.password)

/** What only the token endpoint of a real Keycloak can judge. */
export const describeCredentials = (stack: () => Stack): void => {
  const send = (
    host: string,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpResponse> => newHttpBrowser(stack()).send(stack().url(host, path), { headers })

  /** All that a caller sees of a refusal, but for what is of one request alone. */
  const told = ({ status, headers, text }: HttpResponse) => {
    const { date: _date, 'x-envoy-upstream-service-time': _time, ...rest } = headers
    return { status, headers: rest, text: text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '(id)') }
  }

  /** Lines are written in batches. */
  const logged = (text: string): Promise<void> =>
    vi.waitFor(() => expect(stack().sallyport.output()).toContain(text))

  const tokenSeen = (path: string): string =>
    lastSeen(stack(), path).headers.authorization?.replace(/^Bearer /, '') ?? ''

  it('`clientCredentials`: an id and a secret become the token of that client', async () => {
    expect((await send(API, '/orders?by=machine', MACHINE)).status).toBe(200)
    const token = tokenSeen('/orders?by=machine')
    const { claims } = readToken(token)
    expect(claims).toMatchObject({ azp: MACHINE_CLIENT.clientId, iss: stack().issuer })
    const { headers } = lastSeen(stack(), '/orders?by=machine')
    expect(headers['x-auth-subject']).toBe(claims.sub)
    expect(headers['x-auth-scopes']?.split(' ')).toContain('orders:read')

    expect((await send(API, '/orders?again=1', MACHINE)).status).toBe(200)
    expect(tokenSeen('/orders?again=1')).toBe(token)
  })

  it('`clientCredentials`: the upstream gets neither where it is to get nothing', async () => {
    expect((await send(API, '/nothing', MACHINE)).status).toBe(200)
    expect(lastSeen(stack(), '/nothing').headers).not.toHaveProperty('authorization')
  })

  it('`clientCredentials`: an unknown client and a wrong secret are told the same', async () => {
    const seen = await seenDuring(stack(), async () => {
      const wrong = await send(API, '/', basic(MACHINE_CLIENT.clientId, 'wrong-secret'))
      const unknown = await send(API, '/', basic('nobody', MACHINE_CLIENT.clientSecret))
      expect(wrong.json()).toMatchObject({ status: 401, reason: 'credential_refused' })
      expect(told(unknown)).toEqual(told(wrong))
    })
    expect(seen).toEqual([])
    await logged('unauthorized_client')
  })

  it('every scheme that is taken is named to who sends nothing', async () => {
    const response = await sendPlain(stack(), { host: API })
    expect(response.all('www-authenticate')).toEqual([
      `Bearer realm="${API}"`,
      `Basic realm="${API}", charset="UTF-8"`,
    ])
  })

  it('`password`: a name and a password become the token of that person', async () => {
    expect((await send(OPS, '/console', ALICE)).status).toBe(200)
    const { headers } = lastSeen(stack(), '/console')
    expect(readToken(tokenSeen('/console')).claims).toMatchObject({
      azp: WEB_CLIENT.clientId,
      preferred_username: 'alice',
    })
    expect(headers['x-auth-email']).toBe(endUsers.alice.email)
  })

  it('`password`: a locked account and a wrong password are told the same', async () => {
    const wrong = await send(OPS, '/', basic('alice', 'wrong-password'))
    const locked = await send(OPS, '/', basic('bob', endUsers.bob.password))
    expect(wrong.json()).toMatchObject({ status: 401, reason: 'credential_refused' })
    expect(told(locked)).toEqual(told(wrong))
    await logged('Account disabled')
  })

  it('`refreshToken`: one that rotates is good for as long as its access token', async () => {
    const { refresh_token: refreshToken } = await tokensOfAlice(stack())
    const headers = { 'refresh-token': refreshToken }
    expect((await send(BROKEN, '/nightly?run=1', headers)).status).toBe(200)
    const first = lastSeen(stack(), '/nightly?run=1').headers
    expect(first).not.toHaveProperty('refresh-token')
    expect(first['x-auth-email']).toBe(endUsers.alice.email)

    const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
    expect((await askKeycloak(stack(), 'token', form)).status).toBe(400)
    expect((await send(BROKEN, '/nightly?run=2', headers)).status).toBe(200)
    expect(tokenSeen('/nightly?run=2')).toBe(first.authorization?.replace(/^Bearer /, ''))
  })

  it('`refreshToken`: one that is none is refused, and who sends none is asked for one', async () => {
    const refused = await send(BROKEN, '/', { 'refresh-token': 'a.b.c' })
    expect(refused.json()).toMatchObject({ status: 401, reason: 'credential_refused' })
    const none = await send(BROKEN, '/', {})
    expect(none.json()).toMatchObject({ status: 401, reason: 'credential_required' })
    expect(none.headers['www-authenticate']).toBe(`RefreshToken realm="${BROKEN}"`)
  })

  it('who guesses has to wait, and who is known does not', async () => {
    const guesses: HttpResponse[] = []
    for (let at = 0; at < 12; at += 1) {
      guesses.push(await send(API, '/', basic(MACHINE_CLIENT.clientId, `guess-${at}`)))
    }
    const last = guesses.at(-1)
    expect(last?.status).toBe(429)
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0)
    expect(last?.json()).toMatchObject({ reason: 'credential_limited' })
    expect((await send(API, '/orders?known=1', MACHINE)).status).toBe(200)
  })

  it('no secret is in the log', async () => {
    await logged('credential_limited')
    const output = stack().sallyport.output()
    const sent = [MACHINE, ALICE].flatMap(({ authorization = '' }) => authorization.split(' ')[1])
    const secrets = [MACHINE_CLIENT.clientSecret, endUsers.alice.password, 'guess-1', ...sent]
    expect(secrets.filter((secret) => output.includes(secret ?? ''))).toEqual([])
  })
}
