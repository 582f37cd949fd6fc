import { describe, expect, it } from 'vitest'
import { aBindingClient, createBoundWorld } from '../../../support/bound-browser.ts'
import { aClient, aRule, FETCH, NAVIGATION } from '../../../support/builders.ts'
import { allowed, cookiesOf, denied, headersOf } from '../../../support/verdicts.ts'

const MINUTE = 60_000
const BOUND = '__Host-sallyport-bound'
const RELOAD = '__Host-sallyport-reload'

const CROSS_SITE = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }

describe('a session that is bound to a device', () => {
  const set = async (client = aBindingClient()) => {
    const world = createBoundWorld(client)
    const browser = await world.boundBrowser()
    world.clock.advance(2 * MINUTE)
    return { ...world, ...browser }
  }

  it('counts with the cookie that a proof renewed, until that ends, and no longer', async () => {
    const { open, clock } = await set()
    allowed(await open())
    clock.advance(8 * MINUTE + 29_000)
    allowed(await open())
    clock.advance(1_000)
    expect(denied(await open()).reason).toBe('device_proof_required')
  })

  it('counts in its first minute without it, as its first pages come before it', async () => {
    const { boundBrowser, clock } = createBoundWorld()
    const { open, jar } = await boundBrowser()
    jar.delete(BOUND)
    clock.advance(59_999)
    allowed(await open())
    clock.advance(1)
    expect(denied(await open()).reason).toBe('device_proof_required')
  })

  it('does not count with a cookie of another session, or one that was altered', async () => {
    const { open, jar, boundBrowser, clock } = await set()
    const own = jar.get(BOUND) ?? ''
    const other = await boundBrowser()
    clock.advance(2 * MINUTE)
    const [version, expires, tag] = own.split('.')
    const wrong = [
      other.jar.get(BOUND) ?? '',
      `${version}.${Number.parseInt(expires ?? '', 36) + 1}.${tag}`,
      `${own}x`,
      `v2.${expires}.${tag}`,
      `v1.zzzzzzzzz.${tag}`,
      'v1..',
      'x',
    ]
    for (const value of wrong) {
      jar.set(BOUND, value)
      jar.delete(RELOAD)
      expect(denied(await open()).reason).toBe('device_proof_required')
    }
    jar.set(BOUND, own)
    allowed(await open())
  })

  it('is asked for by a page that reloads itself once, and by a login the second time', async () => {
    const { open, jar, clock } = await set()
    jar.delete(BOUND)
    const page = denied(await open('/orders', CROSS_SITE))
    expect(page).toMatchObject({
      reason: 'device_proof_required',
      status: 401,
      reload: true,
      framing: 'anybody',
      about: { subject: 'alice', claims: { sub: 'alice' }, via: 'session', client: 'shop/shop' },
    })
    expect(headersOf(page, 'set-cookie')).toEqual([
      `${BOUND}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax`,
      `${RELOAD}=1; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax`,
    ])
    const login = denied(await open())
    expect(login).toMatchObject({
      reason: 'device_proof_required',
      status: 302,
      about: { subject: 'alice', via: 'session' },
    })
    jar.delete(RELOAD)
    clock.advance(MINUTE)
    expect(denied(await open())).toMatchObject({ reload: true })
  })

  it('counts again once the reloaded page has proven the device', async () => {
    const { open, jar, refresh, device, id, clock } = await set()
    clock.advance(10 * MINUTE)
    jar.delete(BOUND)
    expect(denied(await open('/orders', CROSS_SITE))).toMatchObject({ reload: true })
    const [, challenge = ''] =
      /^"([^"]+)"/.exec(headersOf(await refresh(id), 'secure-session-challenge')[0] ?? '') ?? []
    expect((await refresh(id, device.proof(challenge))).reason).toBe('device_proven')
    allowed(await open('/orders', { 'sec-fetch-site': 'same-origin' }))
  })

  it.each([
    ['a script', { headers: FETCH }],
    ['a form', { method: 'POST', headers: { ...NAVIGATION, 'sec-fetch-site': 'same-origin' } }],
    ['a WebSocket', { headers: { upgrade: 'websocket', 'sec-fetch-mode': 'websocket' } }],
    ['a prefetch', { headers: { ...NAVIGATION, 'sec-purpose': 'prefetch' } }],
    ['an image', { headers: { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' } }],
  ])(
    'refuses %s with the reason, and takes the cookie away so that the next one proves it',
    async (_, sketch) => {
      const { send, jar } = await set()
      jar.set(BOUND, 'stale')
      const answer = denied(await send({ path: '/api', ...sketch }))
      expect(answer).toMatchObject({ reason: 'device_proof_required', status: 401 })
      expect(answer.reload).toBeUndefined()
      expect(headersOf(answer, 'www-authenticate')).toEqual(['Session realm="shop.example.com"'])
      expect(cookiesOf(answer)).toEqual({ [BOUND]: '' })
    },
  )

  it.each(['Lax', 'None', 'Strict'] as const)(
    'reloads in a frame as well, and marks that by a cookie kept where that of the session is: %s',
    async (sameSite) => {
      const { session } = aClient()
      const cookie = { ...session.cookie, sameSite }
      const { open, jar } = await set(aBindingClient({}, { cookie }))
      jar.delete(BOUND)
      const page = denied(await open('/orders', { ...CROSS_SITE, 'sec-fetch-dest': 'iframe' }))
      expect(page).toMatchObject({ reload: true })
      expect(headersOf(page, 'set-cookie')).toContain(
        `${RELOAD}=1; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=${sameSite}`,
      )
    },
  )

  it('is not counted for what the browser says of itself', async () => {
    const { open, jar } = await set()
    jar.delete(BOUND)
    const skipped = { 'secure-session-skipped': 'quota_exceeded;session_identifier="a"' }
    expect(denied(await open('/orders', skipped)).reason).toBe('device_proof_required')
  })

  it('counts for the grace after its last proof, where the client gives one', async () => {
    const { open, jar, clock } = await set(aBindingClient({ graceMs: 5 * MINUTE }))
    jar.delete(BOUND)
    allowed(await open())
    clock.advance(3 * MINUTE)
    expect(denied(await open()).reason).toBe('device_proof_required')
  })

  it('does not count with a cookie of the future, as of a clock that was set back', async () => {
    const { open, clock } = await set()
    clock.advance(-30 * MINUTE)
    expect(denied(await open()).reason).toBe('device_proof_required')
  })

  it('keeps its cookies from the upstream, whatever the client calls them', async () => {
    const { session } = aClient()
    const cookie = { ...session.cookie, name: '__Host-shop' }
    const client = aBindingClient({ cookieName: '__Host-shop-bound' }, { cookie })
    const { createBrowser } = createBoundWorld(client)
    const { jar, open, signIn } = createBrowser()
    await signIn()
    jar.set('__Host-shop-bound', 'v1.a.b').set('theme', 'dark')
    const { setHeaders } = allowed(await open())
    expect(setHeaders.filter(([name]) => name === 'cookie')).toEqual([['cookie', 'theme=dark']])
  })

  it('is somebody unknown where those may pass as well', async () => {
    const rule = aRule({ authenticate: [{ kind: 'session' }, { kind: 'anonymous' }] })
    const { open, jar, ports } = await set()
    const { policy } = ports
    if (policy === undefined) throw new Error('There is no policy.')
    ports.policy = { ...policy, fallback: rule }
    expect(allowed(await open()).about.subject).toBe('alice')
    jar.delete(BOUND)
    expect(allowed(await open()).reason).toBe('anonymous')
  })

  it('counts as ever for a client that binds none any more', async () => {
    const { open, jar, ports } = await set()
    jar.delete(BOUND)
    const { policy } = ports
    if (policy === undefined) throw new Error('There is no policy.')
    ports.policy = { ...policy, clients: [aClient()] }
    allowed(await open())
  })
})

describe('a session that no device is bound to', () => {
  it('counts where the client prefers devices', async () => {
    const { createBrowser, clock } = createBoundWorld()
    const { signIn, open } = createBrowser()
    await signIn()
    clock.advance(20 * MINUTE)
    allowed(await open())
  })

  it('counts for a minute where the client requires one, and is then refused, not sent to log in', async () => {
    const { createBrowser, clock } = createBoundWorld(aBindingClient({ mode: 'Require' }))
    const { signIn, open, send } = createBrowser()
    await signIn()
    clock.advance(59_999)
    allowed(await open())
    clock.advance(1)
    expect(denied(await open())).toMatchObject({
      reason: 'device_not_bound',
      status: 403,
      about: { subject: 'alice', claims: { sub: 'alice' } },
      ways: [{ label: 'sign_out', href: '/oauth2/logout' }],
      facts: ['device_browsers', 'device_what_to_do'],
    })
    expect(denied(await send({ path: '/api', headers: FETCH }))).toMatchObject({
      reason: 'device_not_bound',
      status: 403,
    })
  })

  it('counts from the start at a replica whose clock is behind, and not for one set back far', async () => {
    const { createBrowser, clock } = createBoundWorld(aBindingClient({ mode: 'Require' }))
    const { signIn, open } = createBrowser()
    await signIn()
    clock.advance(-30_000)
    allowed(await open())
    clock.advance(-1)
    expect(denied(await open()).reason).toBe('device_not_bound')
  })

  it('is replaced by a login where it began before the client required one', async () => {
    const world = createBoundWorld(aClient())
    const { signIn, open } = world.createBrowser()
    await signIn()
    const { policy } = world.ports
    if (policy === undefined) throw new Error('There is no policy.')
    world.ports.policy = { ...policy, clients: [aBindingClient({ mode: 'Require' })] }
    expect(denied(await open())).toMatchObject({ reason: 'device_not_offered', status: 302 })
    await signIn()
    allowed(await open())
  })
})
