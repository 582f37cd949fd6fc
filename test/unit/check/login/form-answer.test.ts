import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import type { PolicyLookup } from '../../../../src/core/policy-source.ts'
import type { Client, ResponseMode } from '../../../../src/core/registration/client.ts'
import {
  aClient,
  aPolicy,
  aRequest,
  NAVIGATION,
  type RequestSketch,
  someTokens,
} from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'
import {
  cookieHeaderOf,
  cookiesOf,
  denied,
  headerOf,
  headersOf,
} from '../../../support/verdicts.ts'

const HOST = 'shop.example.com'
const CENTRAL = 'login.example.com'

const posted = (changes: Partial<Client> = {}, responseMode: ResponseMode = 'form_post') => {
  const client = aClient(changes)
  return { ...client, asking: { ...client.asking, responseMode } }
}

const world = (client: Client): FakePorts => {
  const hosts: Readonly<Record<string, PolicyLookup>> = {
    [HOST]: { kind: 'found', policy: aPolicy({ clients: [client] }) },
    'pay.other.test': { kind: 'found', policy: aPolicy({ clients: [client] }) },
    [CENTRAL]: { kind: 'callbacks', clients: [client], broken: [] },
  }
  const ports = fakePorts()
  ports.codeOutcome = { kind: 'tokens', tokens: someTokens(ports.nowMs) }
  return Object.assign(ports, {
    policies: { find: ({ host }: { host: string }) => hosts[host] ?? { kind: 'none' } },
  })
}

const ask = async (ports: FakePorts, sketch: RequestSketch): Promise<Deny> =>
  denied(await createCheck(ports)(aRequest(sketch), unlimited))

const get = (ports: FakePorts, url: string, cookie = '') => {
  const { host, pathname, search } = new URL(url)
  const headers = cookie === '' ? NAVIGATION : { ...NAVIGATION, cookie }
  return ask(ports, { authority: host, path: pathname + search, headers })
}

/** As a browser posts the form of another site: without any cookie that is `Lax`. */
const post = (
  ports: FakePorts,
  fields: Readonly<Record<string, string>>,
  changes: RequestSketch & {
    readonly extra?: Readonly<Record<string, string>>
    readonly withoutBody?: true
  } = {},
) => {
  const { extra, withoutBody, ...sketch } = changes
  const body = new URLSearchParams(fields).toString()
  return ask(ports, {
    method: 'POST',
    authority: HOST,
    path: '/oauth2/callback',
    ...(withoutBody === undefined ? { body } : {}),
    headers: {
      ...NAVIGATION,
      'sec-fetch-site': 'cross-site',
      origin: 'https://sso.example.com',
      'content-type': 'application/x-www-form-urlencoded',
      ...extra,
    },
    ...sketch,
  })
}

const begin = (ports: FakePorts, host = HOST) => get(ports, `https://${host}/orders?id=7`)

const stateIn = (login: Deny): string =>
  new URL(headerOf(login, 'location')).searchParams.get('state') ?? ''

const SESSION = '__Host-sallyport'

describe('a login that is answered by a form', () => {
  it('R16: comes back by GET, without the code in its URL, with the cookie, and is finished once', async () => {
    const ports = world(posted())
    const login = await begin(ports)
    const sent = await post(ports, { code: 'code-1', state: stateIn(login) })
    expect(sent).toMatchObject({ status: 303, reason: 'login_handed_over', content: 'none' })
    expect(headersOf(sent, 'set-cookie')).toEqual([])
    const location = headerOf(sent, 'location')
    expect(location).toMatch(/^https:\/\/shop\.example\.com\/oauth2\/callback\?handoff=[\w-]+$/)
    expect(ports.calls.exchange).toEqual([])
    const finished = await get(ports, location, cookieHeaderOf(login))
    expect(finished.reason).toBe('login_completed')
    expect(headerOf(finished, 'location')).toBe('https://shop.example.com/orders?id=7')
    expect(cookiesOf(finished)[SESSION]).toMatch(/./)
    await get(ports, location, cookieHeaderOf(login))
    expect(ports.calls.exchange).toHaveLength(1)
  })

  it('may be signed', async () => {
    const ports = world(posted({}, 'form_post.jwt'))
    const login = await begin(ports)
    const response = createTokenSigner('key-1').sign({ state: stateIn(login), code: 'c' })
    const sent = await post(ports, { response })
    const finished = await get(ports, headerOf(sent, 'location'), cookieHeaderOf(login))
    expect(finished.reason).toBe('login_completed')
    const unsigned = await post(ports, { state: stateIn(login), code: 'c' })
    expect(unsigned.reason).toBe('malformed_callback')
  })

  it('R16: is nothing in another browser, at another host, or after a minute', async () => {
    const ports = world(posted())
    const login = await begin(ports)
    const sent = await post(ports, { code: 'code-1', state: stateIn(login) })
    const location = headerOf(sent, 'location')
    const elsewhere = location.replace(HOST, 'pay.other.test')
    expect((await get(ports, elsewhere, cookieHeaderOf(login))).reason).toBe('malformed_callback')
    ports.nowMs += 60_000
    const late = await get(ports, location, cookieHeaderOf(login))
    expect(late.reason).toBe('login_state_expired')
    expect((await get(ports, location)).reason).toBe('state_mismatch')
    expect(ports.calls.exchange).toEqual([])
  })

  it.each<[string, Parameters<typeof post>[2]]>([
    ['that the gateway keeps to itself', { withoutBody: true }],
    ['of which the gateway sends a part', { extra: { 'x-envoy-auth-partial-body': 'true' } }],
    ['that is longer than it is', { extra: { 'content-length': '5000' } }],
    ['of another type', { extra: { 'content-type': 'text/plain' } }],
    ['that is JSON', { extra: { 'content-type': 'application/json' }, body: '{"code":"c"}' }],
    ['of more than any answer has', { body: `code=${'x'.repeat(8_192)}` }],
    ['that is encoded wrongly', { body: 'code=%zz&state=%' }],
    ['by PUT', { method: 'PUT' }],
  ])('R20: a form %s is malformed, and the log says what is missing', async (_, changes) => {
    const ports = world(posted())
    const login = await begin(ports)
    const refused = await post(ports, { code: 'c', state: stateIn(login) }, changes)
    expect(refused).toMatchObject({
      status: 400,
      reason: 'malformed_callback',
      detail: expect.stringContaining('docs/hardened-logins.md'),
    })
  })

  it('R20: by the query, which was not asked for, is malformed', async () => {
    const ports = world(posted())
    const login = await begin(ports)
    const query = `code=c&state=${encodeURIComponent(stateIn(login))}`
    const refused = await get(
      ports,
      `https://${HOST}/oauth2/callback?${query}`,
      cookieHeaderOf(login),
    )
    expect(refused.reason).toBe('malformed_callback')
  })

  it('R20: nobody asked for by a form is malformed', async () => {
    const ports = world(aClient())
    const login = await begin(ports)
    expect((await post(ports, { code: 'c', state: stateIn(login) })).reason).toBe(
      'malformed_callback',
    )
  })

  it('is handed over from the callback host', async () => {
    const ports = world(posted({ callbackHost: CENTRAL }))
    const login = await begin(ports, 'pay.other.test')
    const fields = { code: 'c', state: stateIn(login) }
    const sent = await post(ports, fields, { authority: CENTRAL })
    expect(headerOf(sent, 'location')).toMatch(/^https:\/\/pay\.other\.test\//)
    const finished = await get(ports, headerOf(sent, 'location'), cookieHeaderOf(login))
    expect(finished.reason).toBe('login_completed')
    const madeUp = await post(ports, { code: 'c', state: 'x' }, { authority: CENTRAL })
    expect(madeUp.reason).toBe('malformed_callback')
  })
})
