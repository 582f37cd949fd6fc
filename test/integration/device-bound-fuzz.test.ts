import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../src/core/reason/fault.ts'
import { createDeviceProofs } from '../../src/oidc/proof/device-proofs.ts'
import { assertBearable, type Dialect } from '../support/device-browser.ts'
import { createDevice } from '../support/device-key.ts'
import { reasonOf, valuesOf, type WireAnswer } from '../support/device-wire.ts'
import { createDeviceWorld } from '../support/device-world.ts'
import { keysOf } from '../support/process-keys.ts'

const HOST = 'shop.example.com'
const REFRESH = '/oauth2/session/refresh'
const BIND = '/oauth2/session/bind'

const proofs = createDeviceProofs({ keys: keysOf('a') })

/** Text that a header may hold, and some that none does. */
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.base64String({ maxLength: 200 }),
  fc.constantFrom('', '"', '""', '"a', '.', '..', '...', 'a.b.c', 'eyJ9.eyJ9.AA'),
)

/** A text with one place changed, cut or repeated. */
const spoilt = (whole: string) =>
  fc
    .tuple(
      fc.nat(Math.max(0, whole.length - 1)),
      fc.constantFrom('cut', 'changed', 'doubled', 'quoted'),
      fc.string({ minLength: 1, maxLength: 1 }),
    )
    .map(([at, how, letter]) => {
      if (how === 'cut') return whole.slice(0, at)
      if (how === 'doubled') return whole.slice(0, at) + whole
      if (how === 'quoted') return `"${whole.slice(0, at)}"${whole.slice(at)}`
      return whole.slice(0, at) + letter + whole.slice(at + 1)
    })

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const AWAY = new Fault('session_store_unavailable', 'away')

/** Sessions of several browsers, and everything that somebody may have of them. */
const createSet = async () => {
  const world = createDeviceWorld(undefined)
  const one = world.replica({ cacheMs: 0 })
  const [owner, gone, other] = [
    await world.boundBrowser(one),
    await world.boundBrowser(one),
    await world.boundBrowser(one),
  ] as const
  const over = gone.only()
  await gone.open('/oauth2/logout')
  await one.settled()
  const jars = [owner, other].map(({ jar }) => jar.headerFor('POST', 'same-origin', 'subresource'))
  const sessions = [owner.only(), other.only(), over]
  const ids = sessions.map(({ config }) => config.id)
  const offered = world.browser(one.send, { bindsLater: true })
  await offered.signIn()
  const [offer = { path: BIND, challenge: '', authorization: '' }] = offered.offers
  const shown = sessions.flatMap(({ device, challenge: jti = '' }) => [
    device.proof({ jti }),
    device.proof({ jti: 'old' }),
    createDevice().proof({ jti }),
  ])
  const bindings = [createDevice().binding({ ...offer, authorization: 'none' })]
  const { open, reopen } = one.ports.sessions
  const turnStore = (isAway: boolean): void => {
    const away = () => Promise.reject(AWAY)
    Object.assign(one.ports.sessions, isAway ? { open: away, reopen: away } : { open, reopen })
  }
  return { ...world, one, owner, other, ids, jars, shown, bindings, turnStore }
}

const written = (dialect: Dialect, value: string): string =>
  dialect === 'chromium' ? value : `"${value}"`

const anyOf = (values: readonly string[]) =>
  values.length === 0 ? fc.constant('') : fc.constantFrom(...values)

describe('whatever is asked of the road where devices are proven', () => {
  it('the answer is 200, 204, 403 with a challenge, or 503; nobody’s session is ended by it', async () => {
    const { one, owner, other, ids, jars, shown, bindings, clock, turnStore } = await createSet()
    const id = fc.oneof(anyOf(ids), anyOf(ids).chain(spoilt), text)
    const proof = fc.oneof(anyOf([...shown, ...bindings]), anyOf(shown).chain(spoilt), text)
    const dialect = fc.constantFrom<Dialect>('chromium', 'specification')
    const cookies = [...jars.map((jar) => jar ?? ''), jars.join('; '), '__Host-sallyport=a']
    const request = fc.record({
      method: fc.constantFrom('POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'QUERY'),
      query: fc.constantFrom('', '?', '?a=b', '?/oauth2/callback', '?id=%zz'),
      dialect,
      id,
      proof: fc.option(proof, { nil: undefined }),
      cookie: fc.option(fc.oneof(anyOf(cookies), text), { nil: undefined }),
      more: fc.constantFrom(
        {},
        { origin: 'https://evil.test' },
        { authorization: 'Bearer a' },
        {
          'sec-fetch-site': 'cross-site',
          'sec-fetch-mode': 'navigate',
          accept: 'text/html',
        },
        { 'access-control-request-method': 'POST', origin: 'https://evil.test' },
      ),
      isStoreAway: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        turnStore(asked.isStoreAway)
        const headers = {
          'sec-secure-session-id': written(asked.dialect, asked.id),
          ...(asked.proof === undefined
            ? {}
            : { 'secure-session-response': written(asked.dialect, asked.proof) }),
          ...(asked.cookie === undefined ? {} : { cookie: asked.cookie }),
          ...asked.more,
        }
        const path = `${REFRESH}${asked.query}`
        const answer = await one.send({ method: asked.method, host: HOST, path, headers })
        turnStore(false)
        assertBearable(answer, bare(headers['sec-secure-session-id']))
        expect(answer.isAllowed).toBe(false)
        if (answer.status !== 204) {
          const names = valuesOf(answer, 'set-cookie').filter((line) => !/Max-Age=0/.test(line))
          expect(names).toEqual([])
        }
      }),
      { numRuns: 2_000 },
    )
    await one.settled()
    clock.advance(11 * 60_000)
    for (const browser of [owner, other]) {
      expect((await browser.open()).isAllowed).toBe(true)
      expect(browser.log).not.toContain('ended')
    }
  })

  it('without the name of a session the answer is 503, whatever else comes', async () => {
    const { one, shown } = await createSet()
    const proof = fc.oneof(anyOf(shown), text)
    await fc.assert(
      fc.asyncProperty(proof, async (shownProof) => {
        const headers = { 'secure-session-response': shownProof }
        const answer = await one.send({ method: 'POST', host: HOST, path: REFRESH, headers })
        expect([answer.status, reasonOf(answer)]).toEqual([503, 'device_refresh_unreadable'])
      }),
      { numRuns: 100 },
    )
  })
})

/** As the specification and Chromium write it. */
const bare = (value: string): string =>
  value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value

it('whatever is asked of the road where keys are shown binds nothing, but for the offer that was made', async () => {
  const { one, owner, shown, bindings, clock } = await createSet()
  const proof = fc.oneof(
    anyOf([...shown, ...bindings]),
    anyOf(bindings).chain(spoilt),
    text,
    fc
      .tuple(fc.jsonValue(), fc.jsonValue())
      .map(([header, payload]) => `${encoded(header)}.${encoded(payload)}.AA`),
  )
  await fc.assert(
    fc.asyncProperty(proof, fc.constantFrom('POST', 'GET', 'PUT'), async (shownProof, method) => {
      const headers = { 'secure-session-response': shownProof }
      const answer: WireAnswer = await one.send({ method, host: HOST, path: BIND, headers })
      expect([answer.status, valuesOf(answer, 'set-cookie')]).toEqual([401, []])
    }),
    { numRuns: 1_000 },
  )
  clock.advance(11 * 60_000)
  expect((await owner.open()).isAllowed).toBe(true)
})

describe('the reader of proofs', () => {
  const device = createDevice()
  const whole = device.binding({ challenge: 'c', authorization: 'a' })

  it('never throws, and never takes what is no key', () => {
    const header = fc.record(
      {
        typ: fc.oneof(fc.constant('dbsc+jwt'), fc.jsonValue()),
        alg: fc.oneof(fc.constantFrom('ES256', 'RS256'), fc.jsonValue()),
        jwk: fc.oneof(
          fc.jsonValue(),
          fc.record({ kty: fc.jsonValue(), x: text, y: text }),
          fc.record({ kty: fc.constant('RSA'), n: text, e: text }),
        ),
      },
      { requiredKeys: ['typ', 'alg'] },
    )
    fc.assert(
      fc.property(header, fc.jsonValue(), text, (members, claims, signature) => {
        const reading = proofs.read(`${encoded(members)}.${encoded(claims)}.${signature}`)
        if (reading.kind === 'bad') return
        expect(proofs.keyIn(reading.proof).kind).toBe('bad')
      }),
      { numRuns: 1_000 },
    )
  })

  it('takes no proof that was altered for one that was signed', () => {
    const reading = proofs.read(whole)
    if (reading.kind === 'bad') throw new Error(reading.detail)
    const found = proofs.keyIn(reading.proof)
    if (found.kind === 'bad') throw new Error(found.detail)
    expect(proofs.isSignedBy(reading.proof, found.key)).toBe(true)
    fc.assert(
      fc.property(spoilt(whole), (changed) => {
        const again = proofs.read(changed)
        if (again.kind === 'bad' || changed === whole) return
        expect(proofs.isSignedBy(again.proof, found.key)).toBe(isSameSignature(changed, whole))
      }),
      { numRuns: 1_000 },
    )
  })
})

/** The last character of a part in base64 may stand for the same bytes as another. */
const isSameSignature = (one: string, other: string): boolean => {
  const [at, bt] = [one.lastIndexOf('.'), other.lastIndexOf('.')]
  const bytes = (text: string) => Buffer.from(text, 'base64url').toString('hex')
  return (
    one.slice(0, at) === other.slice(0, bt) &&
    bytes(one.slice(at + 1)) === bytes(other.slice(bt + 1))
  )
}

it('a session counts with the cookie that was made for it, and with no other text', async () => {
  const { owner, other, clock } = await createSet()
  clock.advance(2 * 60_000)
  const name = '__Host-sallyport-bound'
  const [own = '', foreign = ''] = [owner.jar.value(name), other.jar.value(name)]
  const later = own.replace(/^v1\.(\w+)/, (_, end: string) => {
    return `v1.${(Number.parseInt(end, 36) + 60).toString(36)}`
  })
  const value = fc.oneof(spoilt(own), spoilt(own), anyOf([own, foreign, later]), text)
  await fc.assert(
    fc.asyncProperty(value, async (shown) => {
      const trimmed = shown.replace(/[^\x21-\x7e]|;/g, '')
      owner.jar.plant(name, trimmed)
      expect((await owner.fetch('/api')).isAllowed).toBe(trimmed === own)
      owner.jar.plant(name, own)
      expect((await owner.fetch('/api')).isAllowed).toBe(true)
    }),
    { numRuns: 500 },
  )
})
