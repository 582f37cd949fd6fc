import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import { aPolicy, aRequest, aRule, aSession, NAVIGATION } from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import {
  cookieHeaderOf,
  cookiesOf,
  denied,
  headerOf,
  headersOf,
} from '../../../support/verdicts.ts'

const SENT = {
  ...NAVIGATION,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/x-www-form-urlencoded',
}

const keeping = () => fakePorts(aPolicy({ fallback: aRule({ keepFormsMaxBytes: 100 }) }))

const send = async (ports: FakePorts, path = '/orders?id=7'): Promise<Deny> => {
  const sketch = { method: 'POST', path, headers: SENT, body: 'a=1&b=%C3%BC' }
  return denied(await createCheck(ports)(aRequest(sketch), unlimited))
}

const comeBack = async (ports: FakePorts, login: Deny, extraCookies = ''): Promise<Deny> => {
  const state = new URL(headerOf(login, 'location')).searchParams.get('state') ?? ''
  const path = `/oauth2/callback?code=c1&state=${encodeURIComponent(state)}`
  const headers = { ...NAVIGATION, cookie: `${cookieHeaderOf(login)}${extraCookies}` }
  return denied(await createCheck(ports)(aRequest({ path, headers }), unlimited))
}

describe('a form that is sent without a session', () => {
  it('starts a login by GET, and its content is in no cookie and no URL', async () => {
    const login = await send(keeping())
    expect(login).toMatchObject({ status: 303, reason: 'login_required' })
    expect(Object.keys(cookiesOf(login))).toHaveLength(1)
    const visible = JSON.stringify(login.headers) + decodeURIComponent(headerOf(login, 'location'))
    expect(visible).not.toContain('ü')
    expect(visible).not.toContain('a=1')
  })

  it('is sent again after the login, to where it was sent, and only then', async () => {
    const ports = keeping()
    const back = await comeBack(ports, await send(ports))
    expect(back).toMatchObject({
      status: 200,
      reason: 'login_completed',
      resend: {
        form: {
          fields: [
            ['a', '1'],
            ['b', 'ü'],
          ],
        },
        url: 'https://shop.example.com/orders?id=7',
      },
    })
    expect(cookiesOf(back)).toHaveProperty('__Host-sallyport')
    expect(headersOf(back, 'location')).toEqual([])
  })

  it('is not sent again by a callback that is repeated', async () => {
    const ports = keeping()
    const login = await send(ports)
    const ticket = cookiesOf(await comeBack(ports, login))['__Host-sallyport'] ?? ''
    const again = await comeBack(ports, login, `; __Host-sallyport=${ticket}`)
    expect(again).toMatchObject({ status: 303, reason: 'already_signed_in' })
    expect(again.resend).toBeUndefined()
  })

  it('is sent again as well where another tab signed in meanwhile', async () => {
    const ports = keeping()
    const login = await send(ports)
    ports.codeOutcome = { kind: 'refused', reason: 'code_refused', detail: 'used' }
    const ticket = ports.keep(aSession(ports.nowMs))
    const back = await comeBack(ports, login, `; __Host-sallyport=${ticket}`)
    expect(back).toMatchObject({ reason: 'already_signed_in', resend: { form: {} } })
  })

  it('that is gone by then is asked for again; the login is done all the same', async () => {
    const ports = keeping()
    const login = await send(ports)
    const lost = { ...ports, forms: { ...ports.forms, take: async () => undefined } }
    const back = await comeBack(lost, login)
    expect(back).toMatchObject({
      status: 200,
      reason: 'form_lost',
      ways: [{ label: 'continue', href: '/orders?id=7' }],
    })
    expect(cookiesOf(back)).toHaveProperty('__Host-sallyport')
  })

  it('that cannot be read back is likewise lost, not the login', async () => {
    const ports = keeping()
    const login = await send(ports)
    const take = () => Promise.reject(new Error('away'))
    const back = await comeBack({ ...ports, forms: { ...ports.forms, take } }, login)
    expect(back).toMatchObject({ reason: 'form_lost' })
    expect(cookiesOf(back)).toHaveProperty('__Host-sallyport')
  })

  it('is challenged as before where too many are kept', async () => {
    const ports = keeping()
    ports.formsAreFull = true
    expect(await send(ports)).toMatchObject({ status: 401, reason: 'login_required' })
  })

  it('is challenged where the rule keeps none, and nothing is written to the store', async () => {
    expect(await send(fakePorts(aPolicy()))).toMatchObject({ status: 401 })
  })

  it('is challenged where the rule never starts a login', async () => {
    const rule = aRule({ keepFormsMaxBytes: 100, onUnauthenticated: 'Challenge' })
    expect(await send(fakePorts(aPolicy({ fallback: rule })))).toMatchObject({ status: 401 })
  })

  it.each([
    ['a path that looks like another host', '//evil.example.com/x'],
    ['a query that is too long to come back to', `/orders?id=${'7'.repeat(4_000)}`],
    ['a path that is too long to come back to', `/${'o'.repeat(4_000)}`],
  ])('R18: is challenged at %s, as it would be sent elsewhere', async (_, path) => {
    expect(await send(keeping(), path)).toMatchObject({ status: 401, reason: 'login_required' })
  })

  it('A15: takes no place where its login cannot begin', async () => {
    const ports = keeping()
    const kept: string[] = []
    const { keep, take } = ports.forms
    const forms: typeof ports.forms = {
      keep: async (...form) => {
        const ticket = await keep(...form)
        kept.push(ticket ?? '')
        return ticket
      },
      take: async (tenant, ticket, budget) => {
        kept.splice(kept.indexOf(ticket), 1)
        return take(tenant, ticket, budget)
      },
    }
    await send({ ...ports, forms }, `/orders?id=${'7'.repeat(4_000)}`)
    expect(kept).toEqual([])
    const authorizationUrl = async () => {
      throw new Fault('provider_unreachable', 'down')
    }
    const relyingParty = { ...ports.relyingParty, authorizationUrl }
    await expect(send({ ...ports, forms, relyingParty })).rejects.toBeInstanceOf(Fault)
    expect(kept).toEqual([])
  })
})
