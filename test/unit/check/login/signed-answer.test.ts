import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import type { PolicyLookup } from '../../../../src/core/policy-source.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import { aClient, aPolicy, aRequest, NAVIGATION, someTokens } from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'
import { cookieHeaderOf, cookiesOf, denied, headerOf } from '../../../support/verdicts.ts'

const CENTRAL = 'login.example.com'

const signing = (changes: Partial<Client> = {}): Client => {
  const client = aClient(changes)
  return { ...client, asking: { ...client.asking, responseMode: 'query.jwt' } }
}

const world = (client: Client): FakePorts => {
  const hosts: Readonly<Record<string, PolicyLookup>> = {
    'shop.example.com': { kind: 'found', policy: aPolicy({ clients: [client] }) },
    [CENTRAL]: { kind: 'callbacks', clients: [client], broken: [] },
  }
  const ports = fakePorts()
  ports.codeOutcome = { kind: 'tokens', tokens: someTokens(ports.nowMs) }
  return Object.assign(ports, {
    policies: { find: ({ host }: { host: string }) => hosts[host] ?? { kind: 'none' } },
  })
}

const get = async (ports: FakePorts, url: string, cookie = ''): Promise<Deny> => {
  const { host, pathname, search } = new URL(url)
  const headers = cookie === '' ? NAVIGATION : { ...NAVIGATION, cookie }
  const request = aRequest({ authority: host, path: pathname + search, headers })
  return denied(await createCheck(ports)(request, unlimited))
}

const signer = createTokenSigner('key-1')

const begin = (ports: FakePorts) => get(ports, 'https://shop.example.com/orders?id=7')

const stateIn = (login: Deny): string =>
  new URL(headerOf(login, 'location')).searchParams.get('state') ?? ''

const answerTo = (login: Deny, host = 'shop.example.com'): string => {
  const response = signer.sign({ state: stateIn(login), code: 'c' })
  return `https://${host}/oauth2/callback?response=${response}`
}

const SESSION = '__Host-sallyport'

describe('a login whose answer is signed', () => {
  it('R16: is found by the state within, and finished once', async () => {
    const ports = world(signing())
    const login = await begin(ports)
    const cookie = cookieHeaderOf(login)
    const finished = await get(ports, answerTo(login), cookie)
    expect(finished).toMatchObject({ reason: 'login_completed', status: 303 })
    expect(headerOf(finished, 'location')).toBe('https://shop.example.com/orders?id=7')
    expect(cookiesOf(finished)[SESSION]).toMatch(/./)
    expect(ports.calls.exchange).toHaveLength(1)
    await get(ports, answerTo(login), cookie)
    expect(ports.calls.exchange).toHaveLength(1)
  })

  it('R16: in another browser ends that login, as a plain one does', async () => {
    const ports = world(signing())
    const login = await begin(ports)
    expect((await get(ports, answerTo(login))).reason).toBe('state_mismatch')
    const later = await get(ports, answerTo(login), cookieHeaderOf(login))
    expect(later.reason).toBe('login_state_used')
    expect(ports.calls.exchange).toEqual([])
  })

  it.each([
    ['that nobody signed', (state: string) => `code=c&state=${state}`],
    ['with parameters beside it', (state: string) => `response=${signer.sign({ state })}&code=c`],
    ['twice', (state: string) => `response=${signer.sign({ state })}&response=x`],
    ['that is no JWT', () => 'response=x'],
    ['without a state', () => `response=${signer.sign({ code: 'c' })}`],
    ['with a state that is no text', () => `response=${signer.sign({ state: 7 })}`],
  ])('R20: %s is malformed, and leaves the login as it was', async (_, queryFor) => {
    const ports = world(signing())
    const login = await begin(ports)
    const query = queryFor(encodeURIComponent(stateIn(login)))
    const url = `https://shop.example.com/oauth2/callback?${query}`
    expect((await get(ports, url, cookieHeaderOf(login))).reason).toBe('malformed_callback')
    expect(ports.calls.exchange).toEqual([])
    const finished = await get(ports, answerTo(login), cookieHeaderOf(login))
    expect(finished.reason).toBe('login_completed')
  })

  it('is handed over from the callback host as it came', async () => {
    const ports = world(signing({ callbackHost: CENTRAL }))
    const login = await begin(ports)
    const sent = await get(ports, answerTo(login, CENTRAL))
    expect(sent.reason).toBe('login_handed_over')
    const finished = await get(ports, headerOf(sent, 'location'), cookieHeaderOf(login))
    expect(finished.reason).toBe('login_completed')
    expect(ports.calls.exchange).toHaveLength(1)
  })

  it('R20: that nobody signed is refused at the callback host', async () => {
    const ports = world(signing({ callbackHost: CENTRAL }))
    const login = await begin(ports)
    const query = `code=c&state=${encodeURIComponent(stateIn(login))}`
    const refused = await get(ports, `https://${CENTRAL}/oauth2/callback?${query}`)
    expect(refused).toMatchObject({
      reason: 'malformed_callback',
      detail: expect.stringContaining('`authorizationRequest.responseMode`'),
    })
  })
})
