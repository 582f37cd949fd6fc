import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/reason/fault.ts'
import { aBindingClient, challengeIn, createBoundWorld } from '../../../support/bound-browser.ts'
import { aPolicy, FETCH } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { allowed, cookiesOf, denied, headersOf } from '../../../support/verdicts.ts'

const MINUTE = 60_000
const BOUND = '__Host-sallyport-bound'
const TICKET = '__Host-sallyport'

const set = async () => {
  const world = createBoundWorld()
  const browser = await world.boundBrowser()
  world.clock.advance(2 * MINUTE)
  return { ...world, ...browser }
}

describe('a browser that signs in anew', () => {
  it('ends the session whose ticket is replaced, so that one device is proven and not two', async () => {
    const { jar, open, signIn, refresh, device, id, challenge, settled, directory } = await set()
    const before = jar.get(TICKET)
    jar.delete(BOUND)
    await open()
    await signIn()
    await settled()
    expect(jar.get(TICKET)).not.toBe(before)
    expect((await directory.list({}, { limit: 9 }, unlimited)).entries).toHaveLength(1)
    const answer = await refresh(id, device.proof(challenge))
    expect(answer).toMatchObject({ reason: 'device_session_over', members: { continue: false } })
    expect(headersOf(answer, 'set-cookie')).toEqual([])
    allowed(await open())
  })
})

describe('a browser that signs in anew, and gets no session', () => {
  it.each<[string, number | undefined]>([
    ['without a limit', undefined],
    ['within `maxPerSubject`', 2],
  ])('goes on with the one that it has, %s', async (_, maxPerSubject) => {
    const limit = maxPerSubject === undefined ? {} : { maxPerSubject }
    const world = createBoundWorld(aBindingClient({}, limit))
    const { jar, open, signIn, refresh, device, id } = await world.boundBrowser()
    const ticket = jar.get(TICKET)
    world.clock.advance(2 * MINUTE)
    jar.delete(BOUND)
    await open()
    const create = () => Promise.reject(new Fault('session_store_unavailable', 'away'))
    Object.assign(world.ports.sessions, { create })
    expect((await signIn()).reason).toBe('session_store_unavailable')
    await world.settled()
    expect([jar.get(TICKET), world.ports.calls.takeBack]).toEqual([ticket, []])
    const challenge = challengeIn(await refresh(id))
    expect((await refresh(id, device.proof(challenge))).reason).toBe('device_proven')
    allowed(await open())
  })
})

describe('what is asked about a session whose device is not proven', () => {
  it('is told to a page of its own that it has to be, and who is signed in to nobody', async () => {
    const { send, jar } = await set()
    jar.delete(BOUND)
    const answer = denied(await send({ path: '/oauth2/session', headers: FETCH }))
    expect(answer).toMatchObject({ reason: 'device_proof_required', status: 401 })
    expect(cookiesOf(answer)).toEqual({ [BOUND]: '' })
  })

  it('reloads a link to sign in, and leads on once it is proven', async () => {
    const { open, jar } = await set()
    const value = jar.get(BOUND) ?? ''
    jar.delete(BOUND)
    expect(denied(await open('/oauth2/login?rd=/orders'))).toMatchObject({
      reason: 'device_proof_required',
      reload: true,
    })
    jar.set(BOUND, value)
    expect(denied(await open('/oauth2/login?rd=/orders')).reason).toBe('already_signed_in')
  })

  it('signs out all the same, and shows no ID token to whoever has a copy of the cookies', async () => {
    const { open, jar, ports } = await set()
    jar.delete(BOUND)
    expect(denied(await open('/oauth2/logout')).reason).toBe('sign_out_at_provider')
    expect(ports.calls.endSession).toEqual([expect.not.objectContaining({ idToken: 'id-1' })])
  })

  it('shows it to the provider where the device is proven', async () => {
    const { open, jar, ports } = await set()
    const answer = denied(await open('/oauth2/logout'))
    expect(answer.reason).toBe('sign_out_at_provider')
    expect(ports.calls.endSession).toEqual([expect.objectContaining({ idToken: 'id-1' })])
    expect([jar.has(TICKET), jar.has(BOUND)]).toEqual([false, false])
  })

  it('is a page for a session that no device was bound to, at a link to sign in as well', async () => {
    const world = createBoundWorld(aBindingClient({ mode: 'Require' }))
    const { signIn, open } = world.createBrowser()
    await signIn()
    world.clock.advance(MINUTE)
    expect(denied(await open('/oauth2/login'))).toMatchObject({
      reason: 'device_not_bound',
      status: 403,
    })
  })
})

describe('several clients of one host', () => {
  it('share the roads, and each session is bound for its own client', async () => {
    const own = aBindingClient()
    const guests = aBindingClient(
      { cookieName: '__Host-guests-bound' },
      { cookie: { name: '__Host-guests', sameSite: 'Lax' } },
    )
    const world = createBoundWorld(own)
    const { boundBrowser, ports } = world
    const other = {
      ...guests,
      name: 'shop/guests',
      tenant: 'shop/guests',
      callbackPath: '/oauth2/guests',
    }
    ports.policy = aPolicy({ clients: [own] })
    const bound = await boundBrowser()
    ports.policy = aPolicy({ clients: [own, other] })
    expect((await bound.refresh(bound.id, bound.device.proof(bound.challenge))).reason).toBe(
      'device_proven',
    )
    ports.policy = aPolicy({ clients: [other] })
    expect((await bound.refresh(bound.id, bound.device.proof(bound.challenge))).reason).toBe(
      'device_session_over',
    )
  })
})
