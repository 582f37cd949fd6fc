import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Allow } from '../../../src/core/decision/decision.ts'
import type { ToldHeader, Upstream } from '../../../src/core/policy/upstream.ts'
import { aPolicy, aRequest, aRule, aSession, someTokens } from '../../support/builders.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'
import { compileExpression } from '../../support/compiled.ts'
import { allowed } from '../../support/verdicts.ts'

const told = (name: string, cel: string): ToldHeader => {
  const compiled = compileExpression(cel, 'value')
  if (!compiled.ok) throw new Error(compiled.messages.join())
  const expression = compiled.expression
  return { name, told: { kind: 'expression', expression }, format: 'JSON', encoding: 'Percent' }
}

/** Somebody who asks again and again, with these headers told to the upstream. */
const asking = (headers: readonly ToldHeader[], more: Partial<Upstream> = {}) => {
  const upstream: Upstream = {
    authorization: 'Remove',
    headers,
    toldByRequest: true,
    ...more,
  }
  const names = ['x-auth-subject', ...headers.map(({ name }) => name), 'x-sallyport-assertion']
  const policy = aPolicy({ fallback: aRule({ upstream }), identityHeaders: new Set(names) })
  const ports = fakePorts(policy)
  const tokens = someTokens(ports.nowMs, { claims: { sub: 'alice', team: 'red' } })
  const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs, { tokens }))}`
  const check = createCheck(ports)
  const ask = async (request: Parameters<typeof aRequest>[0] = {}) =>
    allowed(
      await check(aRequest({ ...request, headers: { cookie, ...request?.headers } }), unlimited),
    )
  return { ask, ports }
}

/** What the upstream is told, by name. */
const headersOf = ({ setHeaders }: Allow): Readonly<Record<string, string>> =>
  Object.fromEntries(setHeaders)

describe('a header whose value follows from the request', () => {
  it('is made at every check, beside those of the identity', async () => {
    const { ask } = asking([
      told('x-team', 'claims.team'),
      told('x-what', 'claims.team + " " + request.method'),
      told('x-tenant', 'request.headers["x-tenant"]'),
    ])
    const first = headersOf(await ask({ headers: { 'x-tenant': 'blue' } }))
    expect(first).toMatchObject({ 'x-team': 'red', 'x-what': 'red GET', 'x-tenant': 'blue' })
    const second = headersOf(
      await ask({ method: 'POST', headers: { 'x-tenant': 'a\u00c3\u00a4%' } }),
    )
    expect(second).toMatchObject({ 'x-team': 'red', 'x-what': 'red POST' })
    expect(second['x-tenant']).toBe('a%C3%A4%25')
  })

  it('R8: is not there where the expression fails: the caller’s own is removed, and the log names it', async () => {
    const { ask } = asking([
      told('x-team', 'claims.team'),
      told('x-tenant', 'request.headers["x-tenant"]'),
      told('x-level', 'claims.level + size(request.method)'),
      told('x-none', 'request.method == "GET" ? null : 1'),
    ])
    const allow = await ask({ headers: { 'x-level': '9', 'x-none': 'forged', 'X-Tenant': 'a' } })
    expect(Object.keys(headersOf(allow))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^x-(level|none|tenant)$/)]),
    )
    expect(allow.removeHeaders).toEqual(expect.arrayContaining(['x-level', 'x-none', 'x-tenant']))
    expect(allow.about.leftOut).toEqual(['x-tenant', 'x-level'])
    expect(headersOf(allow)['x-team']).toBe('red')
  })

  it('what does not need the request to be decided is not made without it, or it would be there twice', async () => {
    const { ask } = asking([told('x-any', 'true || request.method == "GET"')])
    const allow = await ask()
    expect(allow.setHeaders.filter(([name]) => name === 'x-any')).toEqual([['x-any', 'true']])
    expect(allow.removeHeaders).not.toContain('x-any')
  })

  it('R9: is left out like a claim where the gateway has no room for it', async () => {
    const { ask } = asking([told('x-long', 'request.headers["x-given"]')])
    const given = { 'x-given': 'a'.repeat(9_000) }
    const long = await ask({ headers: given })
    expect(headersOf(long)['x-long']).toBeUndefined()
    expect(long.about.leftOut).toEqual(['x-long'])
    const tight = await ask({
      headers: { 'x-given': 'a'.repeat(600) },
      room: { bytes: 300, count: 20 },
    })
    expect(headersOf(tight)).toMatchObject({ 'x-auth-subject': 'alice' })
    expect(headersOf(tight)['x-long']).toBeUndefined()
    expect(tight.removeHeaders).toContain('x-long')
    expect(tight.about.leftOut).toEqual(['x-long'])
  })

  it('leaves an assertion signed once, and is beside it', async () => {
    const assertion = {
      header: 'x-sallyport-assertion',
      audience: 'orders',
      claims: [],
      lifetimeMs: 60_000,
    }
    const { ask, ports } = asking([told('x-what', 'request.method')], { assertion })
    const one = await ask()
    ports.nowMs += 1_000
    const other = await ask({ method: 'POST' })
    expect(headersOf(one)['x-what']).toBe('GET')
    expect(headersOf(other)['x-what']).toBe('POST')
    expect(headersOf(other)['x-sallyport-assertion']).toBe(headersOf(one)['x-sallyport-assertion'])
  })
})
