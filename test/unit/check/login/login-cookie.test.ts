import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import { openLogin, sealLogin } from '../../../../src/check/login/login-cookie.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import { createSeal } from '../../../../src/sessions/sealing/seal.ts'
import { aClient, aPolicy, aRequest, NAVIGATION } from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import { aLogin } from '../../../support/logins.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { cookieHeaderOf, cookiesOf, denied, headerOf } from '../../../support/verdicts.ts'

const random = seededRandom('login cookies')
const seal = createSeal({ keys: keysOf('a'), random })
const MAX_BYTES = 3_584

const visit = async (ports: FakePorts, path: string, cookie = ''): Promise<Deny> => {
  const headers = cookie === '' ? NAVIGATION : { ...NAVIGATION, cookie }
  return denied(
    await createCheck({ ...ports, seal, random })(aRequest({ path, headers }), unlimited),
  )
}

const comeBack = (ports: FakePorts, login: Deny): Promise<Deny> => {
  const state = new URL(headerOf(login, 'location')).searchParams.get('state') ?? ''
  return visit(ports, `/oauth2/callback?code=c&state=${state}`, cookieHeaderOf(login))
}

/** Filters as reports and dashboards have them in their URLs. */
const report = (filters: number): string =>
  Array.from(
    { length: filters },
    (_, at) =>
      `filter%5B${at}%5D%5Bfield%5D=order.customer.region&filter%5B${at}%5D%5Bvalue%5D=r-${at}`,
  ).join('&')

const incompressible = (bytes: number): string => random.token(bytes)

describe('a long URL over a login', () => {
  it.each([
    ['of 1,100 bytes that nothing shortens', `/search?q=${incompressible(825)}`],
    ['of 2,000 bytes that nothing shortens', `/search?q=${incompressible(1_500)}`],
    ['of 8 KiB, as reports have it', `/report?${report(100)}`],
  ])('C2: %s is returned to whole', async (_what, path) => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, path)
    for (const [name, value] of Object.entries(cookiesOf(login))) {
      expect(name.length + 1 + value.length).toBeLessThanOrEqual(MAX_BYTES)
    }
    const done = await comeBack(ports, login)
    expect(done).toMatchObject({ status: 303, reason: 'login_completed' })
    expect(headerOf(done, 'location')).toBe(`https://shop.example.com${path}`)
  })

  it.each([
    ['a query', `/search?q=${incompressible(4_000)}`, '/search'],
    ['a path', `/${incompressible(4_000)}`, '/'],
    ['a path and a query', `/${incompressible(4_000)}?q=1`, '/'],
  ])('C2: %s that no cookie holds is given up, and the page says so', async (_what, path, rest) => {
    const ports = fakePorts(aPolicy())
    const done = await comeBack(ports, await visit(ports, path))
    expect(done).toMatchObject({ status: 200, reason: 'return_url_lost', content: 'page' })
    expect(done.ways).toEqual([{ label: 'continue', href: rest }])
    expect(cookiesOf(done)).toHaveProperty('__Host-sallyport')
    expect(ports.stored.size).toBe(1)
  })

  it('C2: no login cookie is larger than 3.5 KiB, and as much as possible is kept', () => {
    const request = aRequest()
    const attempt = `${'0'.repeat(9)}${'a'.repeat(11)}`
    const { returnPath: _, ...draft } = aLogin({ state: `${attempt}.${'b'.repeat(43)}` })
    fc.assert(
      fc.property(fc.string({ maxLength: 6_000 }), (text) => {
        const whole = `/p?${encodeURIComponent(text.toWellFormed())}`
        const cookie = sealLogin(seal, aClient(), request, draft, [whole, '/p', '/'])
        expect(cookie.name.length + 1 + cookie.value.length).toBeLessThanOrEqual(MAX_BYTES)
        expect(cookie.login.cut).toBe(cookie.login.returnPath === whole ? undefined : true)
        const headers = { cookie: `${cookie.name}=${cookie.value}` }
        const opened = openLogin(seal, aClient(), aRequest({ headers }), draft.state, attempt)
        expect(opened).toEqual(cookie.login)
      }),
    )
  })

  it('R16: all our cookies together stay under 8 KiB, however long the URLs are', async () => {
    const ports = fakePorts(aPolicy())
    const jar = new Map<string, string>([['__Host-sallyport', 'x'.repeat(120)]])
    for (let tab = 0; tab < 8; tab += 1) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const login = await visit(ports, `/search?tab=${tab}&q=${incompressible(1_700)}`, cookie)
      for (const [name, value] of Object.entries(cookiesOf(login))) {
        if (value === '') jar.delete(name)
        else jar.set(name, value)
      }
      const sent = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      expect(sent.length).toBeLessThan(8 * 1024)
      ports.nowMs += 1_000
    }
    expect(jar.size).toBe(3)
  })
})
