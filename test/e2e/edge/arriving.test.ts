import { ChannelCredentials, Client, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { describe, expect, it, onTestFinished } from 'vitest'
import { API, APP, ours, shop } from '../../support/e2e/manifests.ts'
import { type PlainRequest, sendPlain } from '../../support/e2e/plain-client.ts'
import { resetStreams } from '../../support/e2e/reset-streams.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { asksForPassword, signedIn, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { freePort } from '../../support/parts/free-port.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'

const ONE = 'one.family.test'
const NEIGHBOUR = 'neighbour.family.test'
const ORIGIN = 'origin.family.test'
const COOKIE = '__Host-sallyport'

const client = ours('OIDCClient', 'one', {
  providerRef: { name: 'idp' },
  clientId: WEB_CLIENT.clientId,
  authentication: { secretRef: { name: 'web-client' } },
})

const route = (name: string, hosts: readonly string[], more: object = {}) =>
  ours('ProtectedRoute', name, {
    hosts,
    clientRef: { name: 'one' },
    rules: [{ name: 'open', match: [{ path: { prefix: '/open' } }], public: true }],
    ...more,
  })

const more = [
  client,
  route('one', [ONE, ORIGIN], { publicHosts: { header: 'x-forwarded-host', trusted: true } }),
  route('neighbour', [NEIGHBOUR]),
]

const FULL = { forwardedHeaderBytes: 98_304, forwardedHeaderCount: 150 }

describe('what arrives at the edge', () => {
  const stack = useStack(async () => {
    const port = await freePort()
    const redirectUris = [APP, ONE, NEIGHBOUR].map(
      (host) => `https://${host}:${port}/oauth2/callback`,
    )
    return {
      port,
      hosts: [ONE, NEIGHBOUR, ORIGIN],
      resources: shop({ more }),
      oidcProvider: { redirectUris },
      sallyport: { configuration: { check: FULL } },
    }
  })
  const { newTab } = useChromium(stack)

  const send = (plain: Partial<PlainRequest>) =>
    sendPlain(stack(), { host: `${APP}:${stack().port}`, ...plain })

  const ticketOf = async (host: string, name: 'alice' | 'bob' = 'alice'): Promise<string> => {
    const { browser } = await signedIn(stack(), stack().url(host, '/'), name)
    return browser.jar.value(host, COOKIE) ?? ''
  }

  it.each(['\u2000', '\u00a0', '\ufeff', '\u3000', '\u2028', '\u1680'])(
    'A1: a cookie of a neighbour whose name begins with %j is not ours',
    async (blank) => {
      const planted = await ticketOf(ONE, 'bob')
      const tab = await newTab()
      await tab.goto(stack().url(NEIGHBOUR, '/open/plant'))
      const cookie = `${blank}${COOKIE}=${planted}; Domain=family.test; Path=/; Secure`
      await tab.evaluate(`document.cookie = ${JSON.stringify(cookie)}`)
      expect(await tab.evaluate('document.cookie')).toContain(planted)
      await tab.goto(stack().url(ONE, '/open/seen'))
      expect(lastSeen(stack(), '/open/seen').headers.cookie).toContain(planted)
      const seen = await seenDuring(stack(), async () => {
        await tab.goto(stack().url(ONE, '/mine'))
        expect(await asksForPassword(tab)).toBe(true)
      })
      expect(seen.map(({ path }) => path)).not.toContain('/mine')
      await signInAt(tab, 'alice')
      expect(lastSeen(stack(), '/mine').headers['x-auth-subject']).toBe('alice')
    },
  )

  it('A2: four clients that reset 400 streams each fail nobody else', async () => {
    const cookie = `${COOKIE}=${await ticketOf(APP)}`
    const connections = await stack().envoy.stat('cluster.sallyport.upstream_cx_total')
    let isOver = false
    const flood = (async () => {
      // Envoy ends a downstream that resets half of 500 streams within a second; it comes again.
      for (let round = 0; round < 3; round += 1) {
        await Promise.all([1, 2, 3, 4].map(() => resetStreams(stack(), APP, 400)))
      }
    })().finally(() => {
      isOver = true
    })
    const statuses: number[] = []
    while (!isOver) {
      statuses.push((await send({ target: '/assets/a' })).status)
      statuses.push((await send({ target: '/during', lines: [['cookie', cookie]] })).status)
    }
    await flood
    for (let after = 0; after < 5; after += 1) {
      statuses.push((await send({ target: '/after', lines: [['cookie', cookie]] })).status)
    }
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(await stack().envoy.stat('cluster.sallyport.upstream_rq_tx_reset')).toBeGreaterThan(
      2_000,
    )
    expect(await stack().envoy.stat('cluster.sallyport.upstream_cx_total')).toBe(connections)
  })

  it('A10: several Cookie lines are told apart, and ours is taken out of them', async () => {
    const ticket = await ticketOf(APP)
    const lines = [
      ['Cookie', 'a=1,2'],
      ['Cookie', `${COOKIE}=${ticket}`],
      ['Cookie', 'b=3'],
    ] as const
    expect((await send({ target: '/lines', lines })).status).toBe(200)
    const { headers } = lastSeen(stack(), '/lines')
    expect(headers).toMatchObject({ 'x-auth-subject': 'alice', cookie: 'a=1,2; b=3' })
  })

  it('A10: what a value holds after a comma is no cookie of ours', async () => {
    const lines = [['Cookie', `a=1,${COOKIE}=${await ticketOf(APP)}`]] as const
    const refused = await send({ target: '/hidden', lines })
    expect(refused.header('x-sallyport-reason')).toBe('login_required')
  })

  it('A11: a byte that is no UTF-8 arrives as it is, or its cookie is left out whole', async () => {
    const theirs = 'name=J\u00fcrg; a=1'
    await send({ target: '/assets/bytes', lines: [['Cookie', theirs]] })
    expect(lastSeen(stack(), '/assets/bytes').headers.cookie).toBe(theirs)
    const utf8 = Buffer.from('last=Zo\u00eb').toString('latin1')
    const cookie = `${theirs}; ${COOKIE}=${await ticketOf(APP)}; ${utf8}`
    expect((await send({ target: '/bytes', lines: [['Cookie', cookie]] })).status).toBe(200)
    expect(lastSeen(stack(), '/bytes').headers.cookie).toBe(`a=1; ${utf8}`)
  })

  it('A12: whatever Envoy has room for, it is never its own 500', async () => {
    const cookie = ['cookie', `${COOKIE}=${await ticketOf(APP)}`] as const
    const outcomes: string[] = []
    for (let count = 126; count < 142; count += 1) {
      const filler = Array.from({ length: count }, (_, index) => [`h-${index}`, 'x'] as const)
      const target = `/full/${count}`
      const { status: code } = await send({ target, lines: [...filler, cookie] })
      const headers = code === 200 ? lastSeen(stack(), target).headers : {}
      outcomes.push(`${code} ${headers['x-sallyport-truncated'] ?? ''}`)
    }
    expect(new Set(outcomes)).toEqual(
      new Set([
        '200 ',
        '200 x-auth-scopes,x-user-groups',
        '200 x-auth-email,x-auth-scopes,x-user-groups',
        '431 ',
      ]),
    )
  })

  it('C5: a default port in Host is in no redirect URI', async () => {
    const lines = [['sec-fetch-mode', 'navigate']] as const
    const location = (await send({ host: `${APP}:443`, lines })).header('location') ?? ''
    const redirectUri = new URL(location).searchParams.get('redirect_uri')
    expect(redirectUri).toBe(`https://${APP}/oauth2/callback`)
  })

  it('C6: encoded slashes, parameters and percents reach the upstream where all readings agree', async () => {
    const lines = [['cookie', `${COOKIE}=${await ticketOf(APP, 'bob')}`]] as const
    for (const target of ['/groups/a%2Fb', '/api/queues/%2F', '/p;v=1/q', '/100%25', '/@s%2fp']) {
      expect([target, (await send({ target, lines })).status]).toEqual([target, 200])
      expect(lastSeen(stack(), target).path).toBe(target)
    }
    for (const target of ['/admin%2fx', '/%2fadmin', '/admin;x', '/;x/admin', '/%2561dmin']) {
      const refused = await send({ target, lines })
      expect([target, refused.status]).toEqual([target, 400])
      expect(refused.header('x-sallyport-reason')).toBe('malformed_path')
    }
  })

  const call = (authorization?: string): Promise<ServiceError | null> => {
    const credentials = ChannelCredentials.createSsl(Buffer.from(stack().caPem))
    const options = { 'grpc.ssl_target_name_override': API, 'grpc.default_authority': API }
    const caller = new Client(`127.0.0.1:${stack().port}`, credentials, options)
    onTestFinished(() => caller.close())
    const metadata = new Metadata()
    if (authorization !== undefined) metadata.set('authorization', authorization)
    const same = (bytes: Buffer): Buffer => bytes
    const nothing = Buffer.alloc(0)
    return new Promise((resolve) => {
      caller.makeUnaryRequest('/shop.Orders/List', same, same, nothing, metadata, {}, resolve)
    })
  }

  it('C16: a gRPC caller gets a sentence and a code', async () => {
    expect(await call()).toMatchObject({
      code: status.UNAUTHENTICATED,
      details: 'You need to sign in first.',
    })
    expect(await call('Bearer nonsense')).toMatchObject({
      code: status.UNAUTHENTICATED,
      details: 'The access token is not a well-formed JWT.',
    })
  })

  it('C17: a login behind a CDN comes back to the host that the browser sees', async () => {
    const host = `${ORIGIN}:${stack().port}`
    const navigation = ['sec-fetch-mode', 'navigate'] as const
    const named = (name: string) => [navigation, ['x-forwarded-host', name] as const]
    const seen = await send({ host, lines: named(`${ONE}:${stack().port}`) })
    const location = new URL(seen.header('location') ?? '')
    expect(location.searchParams.get('redirect_uri')).toBe(stack().url(ONE, '/oauth2/callback'))
    const forged = await send({ host, lines: named(`${NEIGHBOUR}:${stack().port}`) })
    expect(forged.header('x-sallyport-reason')).toBe('host_conflict')
  })

  it('C20: the size of a token that is too long is in the log', async () => {
    const lines = [['authorization', `Bearer ${'a'.repeat(70_000)}`]] as const
    const refused = await send({ host: `${API}:${stack().port}`, target: '/long', lines })
    expect(refused.header('x-sallyport-reason')).toBe('token_too_large')
    const said = () => stack().sallyport.output().includes('The token is 70000 bytes long')
    await expect.poll(said).toBe(true)
  })
})
