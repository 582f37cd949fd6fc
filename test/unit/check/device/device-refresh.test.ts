import { describe, expect, it } from 'vitest'
import { sessionTenant } from '../../../../src/check/session/session-tenant.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import {
  aBindingClient,
  boundCookieIn,
  challengeIn,
  createBoundWorld,
  createDevice,
} from '../../../support/bound-browser.ts'
import { aRequest } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { allowed, denied, headersOf } from '../../../support/verdicts.ts'

const MINUTE = 60_000
const OVER = { reason: 'device_session_over', status: 200, members: { continue: false } }

/** A world whose store may lose that a session was bound, as a failover does. */
const createLosingWorld = () => {
  const world = createBoundWorld()
  const loseDevice = async (ticket: string): Promise<void> => {
    const { sessions } = world.ports
    const tenant = sessionTenant(aBindingClient(), aRequest())
    const opening = await sessions.reopen(tenant, ticket, unlimited)
    if (opening.kind === 'none') throw new Error(`The session is ${opening.reason}.`)
    const { session } = opening.open
    const device = { offeredAtMs: session.device?.offeredAtMs ?? 0 }
    await sessions.replace(opening.open, { ...session, device }, unlimited)
  }
  return { ...world, loseDevice }
}

describe('a browser that proves its device', () => {
  it('asks for a challenge, answers it, and has the short-lived cookie renewed', async () => {
    const { boundBrowser, clock } = createBoundWorld()
    const { refresh, device, id } = await boundBrowser()
    clock.advance(11 * MINUTE)
    const asked = await refresh(id)
    expect(asked).toMatchObject({ reason: 'device_challenged', status: 403, content: 'none' })
    const answer = await refresh(id, device.proof(challengeIn(asked)))
    expect(answer).toMatchObject({
      reason: 'device_proven',
      status: 204,
      content: 'none',
      about: { subject: 'alice', claims: { sub: 'alice' }, via: 'session' },
    })
    expect(boundCookieIn(answer)).toMatch(/Max-Age=600; Secure; HttpOnly; SameSite=Lax$/)
    expect(headersOf(answer, 'secure-session-challenge')).toEqual([
      `"${challengeIn(answer)}";id="${id}"`,
    ])
  })

  it('needs no trip for a challenge that the answer before had, which counts in the next time as well', async () => {
    const { boundBrowser, clock } = createBoundWorld()
    const { refresh, device, id, challenge } = await boundBrowser()
    clock.advance(9 * MINUTE)
    const answer = await refresh(id, device.proof(challenge))
    expect(answer.reason).toBe('device_proven')
    clock.advance(20 * MINUTE)
    const old = await refresh(id, device.proof(challenge))
    expect(old).toMatchObject({ reason: 'device_challenged', status: 403 })
    expect((await refresh(id, device.proof(challengeIn(old)))).reason).toBe('device_proven')
  })

  it('gets the same challenge for as long as the client says, so that it signs once', async () => {
    const client = aBindingClient({ challengeLifetimeMs: 60 * MINUTE })
    const { boundBrowser, clock } = createBoundWorld(client)
    clock.set(Math.ceil(clock.nowMs() / (60 * MINUTE)) * 60 * MINUTE)
    const { refresh, device, id, challenge } = await boundBrowser()
    for (let times = 0; times < 4; times += 1) {
      const answer = await refresh(id, device.proof(challenge))
      expect([answer.reason, challengeIn(answer)]).toEqual(['device_proven', challenge])
      clock.advance(7 * MINUTE)
    }
  })

  it('sends no cookie where another site began the request, and is known by the name alone', async () => {
    const { boundBrowser } = createBoundWorld()
    const { refresh, jar, device, id, challenge } = await boundBrowser()
    jar.clear()
    const answer = await refresh(`"${id}"`, `"${device.proof(challenge)}"`)
    expect(answer.reason).toBe('device_proven')
    expect([...jar.keys()]).toEqual(['__Host-sallyport-bound'])
  })

  it('is known by its ticket where its name was sealed under a key that has left', async () => {
    const { boundBrowser } = createBoundWorld()
    const { refresh, device, challenge } = await boundBrowser()
    expect((await refresh('sealed-elsewhere', device.proof(challenge))).reason).toBe(
      'device_proven',
    )
  })

  it('is heard while the store is away, as long as its session is at hand', async () => {
    const { boundBrowser, ports, settled } = createBoundWorld()
    const { refresh, open, device, id, challenge } = await boundBrowser()
    allowed(await open())
    Object.assign(ports.sessions, {
      reopen: () => Promise.reject(new Fault('session_store_unavailable', 'away')),
      replace: () => Promise.reject(new Fault('session_store_unavailable', 'away')),
    })
    expect((await refresh(id, device.proof(challenge))).reason).toBe('device_proven')
    await settled()
  })

  it('has its last proof written down behind the answer', async () => {
    const { boundBrowser, ports, clock, settled } = createBoundWorld()
    const { refresh, jar, device, id, challenge } = await boundBrowser()
    clock.advance(5 * MINUTE)
    await refresh(id, device.proof(challenge))
    await settled()
    const ticket = jar.get('__Host-sallyport') ?? ''
    const [tenant = ''] = (await ports.directory.list({}, { limit: 1 }, unlimited)).entries.map(
      (entry) => entry.tenant,
    )
    const opening = await ports.sessions.reopen(tenant, ticket, unlimited)
    expect(opening).toMatchObject({
      kind: 'open',
      open: { session: { device: { bound: { provenAtMs: clock.nowMs() } } } },
    })
  })

  it('is in use by its proofs, and does not end for want of any other', async () => {
    const { boundBrowser, clock, settled } = createBoundWorld()
    const { refresh, device, id } = await boundBrowser()
    for (let times = 0; times < 3; times += 1) {
      clock.advance(20 * MINUTE)
      const asked = await refresh(id)
      expect((await refresh(id, device.proof(challengeIn(asked)))).reason).toBe('device_proven')
      await settled()
    }
  })

  it('uses each proof once where the client says so', async () => {
    const { boundBrowser } = createBoundWorld(aBindingClient({ singleUse: true }))
    const { refresh, device, id, challenge } = await boundBrowser()
    const proof = device.proof(challenge)
    const answer = await refresh(id, proof)
    expect(answer.reason).toBe('device_proven')
    expect(challengeIn(answer)).not.toBe(challenge)
    expect(await refresh(id, proof)).toMatchObject({
      reason: 'device_proof_refused',
      status: 403,
      detail: 'The proof was used before.',
    })
    expect((await refresh(id, device.proof(challengeIn(answer)))).reason).toBe('device_proven')
  })
})

describe('what proves no device', () => {
  const refused = (detail: string) => ({ reason: 'device_proof_refused', status: 403, detail })

  it('gets a challenge and no cookie, and ends nothing', async () => {
    const { boundBrowser } = createBoundWorld()
    const { refresh, device, id, challenge } = await boundBrowser()
    const wrong: readonly [string, string][] = [
      ['a', 'The proof is no JWT.'],
      ['a'.repeat(1_000_000), 'The proof is longer than 8192 bytes.'],
      [device.proof(challenge, { typ: 'jwt' }), 'The typ header of the proof is not dbsc+jwt.'],
      [
        device.proof(challenge, { alg: 'none' }),
        'The alg header of the proof is none of ES256, RS256.',
      ],
      [
        device.proof(challenge, { crit: ['b64'] }),
        'The crit header of the proof names an unknown extension.',
      ],
      [
        device.proof(challenge, { alg: 'RS256' }),
        'The signature of the proof is not of the key of the session.',
      ],
      [
        createDevice().proof(challenge),
        'The signature of the proof is not of the key of the session.',
      ],
    ]
    for (const [proof, detail] of wrong) {
      const answer = await refresh(id, proof)
      expect(answer).toMatchObject(refused(detail))
      expect(boundCookieIn(answer)).toBeUndefined()
      expect(challengeIn(answer)).not.toBe('')
    }
    expect((await refresh(id, device.proof(challenge))).reason).toBe('device_proven')
  })

  it('is an answer to the challenge of another session', async () => {
    const { boundBrowser } = createBoundWorld()
    const one = await boundBrowser()
    const other = await boundBrowser()
    expect(await one.refresh(one.id, one.device.proof(other.challenge))).toMatchObject({
      reason: 'device_challenged',
      status: 403,
    })
    const foreign = await one.refresh(other.id, one.device.proof(one.challenge))
    expect(foreign).toMatchObject(OVER)
    expect(headersOf(foreign, 'set-cookie')).toEqual([])
    expect((await other.refresh(other.id, other.device.proof(other.challenge))).reason).toBe(
      'device_proven',
    )
  })

  it('is without a name 503, so that a gateway that hides headers ends no session', async () => {
    const { ask } = createBoundWorld()
    for (const method of ['POST', 'GET', 'OPTIONS']) {
      expect(await ask({ method, path: '/oauth2/session/refresh' })).toMatchObject({
        reason: 'device_refresh_unreadable',
        status: 503,
      })
    }
  })

  it('costs no signature check where its challenge is none of ours', async () => {
    const { boundBrowser, ports } = createBoundWorld()
    const { refresh, device, id } = await boundBrowser()
    let checks = 0
    const { isSignedBy } = ports.deviceProofs
    Object.assign(ports.deviceProofs, {
      isSignedBy: (...asked: Parameters<typeof isSignedBy>) => {
        checks += 1
        return isSignedBy(...asked)
      },
    })
    expect((await refresh(id, device.proof('made up'))).reason).toBe('device_challenged')
    expect(checks).toBe(0)
  })
})

describe('a browser that proves a device whose session is over', () => {
  it('is told so, and loses the cookies of that session', async () => {
    const { boundBrowser, directory } = createBoundWorld()
    const { refresh, jar, device, id, challenge } = await boundBrowser()
    await directory.end({ kind: 'everything' }, unlimited)
    expect(await refresh(id, device.proof(challenge))).toMatchObject(OVER)
    expect([...jar.keys()]).toEqual([])
  })

  it('keeps the cookies of the session that it has by now', async () => {
    const { boundBrowser, directory } = createBoundWorld()
    const { refresh, jar, device, id, challenge } = await boundBrowser()
    const current = `${jar.get('__Host-sallyport')?.slice(0, -4)}AAAA`
    jar.set('__Host-sallyport', current)
    expect(await refresh(id, device.proof(challenge))).toMatchObject(OVER)
    await directory.end({ kind: 'everything' }, unlimited)
    expect(await refresh(id, device.proof(challenge))).toMatchObject(OVER)
    expect(jar.get('__Host-sallyport')).toBe(current)
    expect(jar.has('__Host-sallyport-bound')).toBe(true)
  })

  it('is told so once the client has revoked it, or binds sessions no more', async () => {
    const { boundBrowser, ports, clock } = createBoundWorld()
    const { refresh, device, id, challenge } = await boundBrowser()
    clock.advance(1)
    const { policy } = ports
    if (policy === undefined) throw new Error('There is no policy.')
    const client = aBindingClient({}, { revokeBeforeMs: clock.nowMs() })
    ports.policy = { ...policy, clients: [client] }
    expect(await refresh(id, device.proof(challenge))).toMatchObject(OVER)
  })

  it('is told so where its record lost its device, which ends: its ticket alone would open it', async () => {
    const { boundBrowser, ports, clock, loseDevice } = createLosingWorld()
    const { refresh, open, jar, device, id, challenge } = await boundBrowser()
    const ticket = jar.get('__Host-sallyport') ?? ''
    clock.advance(2 * MINUTE)
    await loseDevice(ticket)
    const kept = new Map(jar)
    expect(await refresh(id, device.proof(challenge))).toMatchObject({
      ...OVER,
      detail: 'The record of the session has lost its device, and was ended.',
    })
    expect([...jar.keys()]).toEqual([])
    expect(ports.calls.takeBack).toMatchObject([{ former: { subject: 'alice' }, when: 'now' }])
    kept.forEach((value, name) => void jar.set(name, value))
    expect(denied(await open()).reason).toBe('session_unknown')
  })

  it('is told 503 where a record that lost its device cannot be ended, and comes again', async () => {
    const { boundBrowser, ports, loseDevice } = createLosingWorld()
    const { refresh, jar, device, id, challenge } = await boundBrowser()
    await loseDevice(jar.get('__Host-sallyport') ?? '')
    const { remove } = ports.sessions
    const away = () => Promise.reject(new Fault('session_store_unavailable', 'away'))
    Object.assign(ports.sessions, { remove: away })
    await expect(refresh(id, device.proof(challenge))).rejects.toThrow('away')
    expect(jar.size).toBe(2)
    Object.assign(ports.sessions, { remove })
    expect(await refresh(id, device.proof(challenge))).toMatchObject(OVER)
  })

  it('ends nothing that was never bound, where its name was sealed under a key that has left', async () => {
    const { createBrowser } = createBoundWorld()
    const { refresh, signIn, open, jar } = createBrowser()
    await signIn()
    const kept = new Map(jar)
    expect(await refresh('sealed-elsewhere')).toMatchObject(OVER)
    expect(jar).toEqual(kept)
    allowed(await open())
  })

  it('is told 503 while the host is not served, and while the store is away', async () => {
    const { boundBrowser, ports, ask } = createBoundWorld()
    const { refresh, device, id, challenge, jar } = await boundBrowser()
    const away = () => Promise.reject(new Fault('session_store_unavailable', 'away'))
    Object.assign(ports.sessions, { open: away, reopen: away })
    await expect(refresh(id, device.proof(challenge))).rejects.toThrow('away')
    expect(jar.size).toBe(2)
    ports.policy = undefined
    expect(await refresh(id)).toMatchObject({ reason: 'device_host_unserved', status: 503 })
    expect(await ask({ path: aRequest().path.raw })).toMatchObject({ reason: 'no_policy' })
  })
})
