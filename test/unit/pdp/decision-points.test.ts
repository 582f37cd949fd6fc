import { describe, expect, it } from 'vitest'
import type { AskingFacts } from '../../../src/core/decision-points.ts'
import type { DecisionPoint } from '../../../src/core/policy/decision-point.ts'
import { unlimited } from '../../support/check-ports.ts'
import {
  aDecisionPoint,
  anAskingWorld,
  aScriptedDecisionPoint,
  says,
} from '../../support/decision-points.ts'
import { startHttpListener } from '../../support/parts/http-listener.ts'
import { until } from '../../support/parts/until.ts'

const aWorld = async (changes: Partial<DecisionPoint> = {}) => {
  const scripted = await aScriptedDecisionPoint()
  const world = anAskingWorld()
  const point = aDecisionPoint({ url: scripted.url(), ...changes })
  const ask = async (facts = '{"subject":{"id":"alice"}}', about = point) =>
    world.points.ask(about, facts, unlimited)
  return { ...world, scripted, point, ask }
}

const UNAVAILABLE = { code: 'decision_point_unavailable' }

describe('a decision point', () => {
  it('is sent the facts as they are, and its credential', async () => {
    const { scripted, ask, observed } = await aWorld({ credential: 's3cret' })
    expect(await ask('{"a":1}')).toEqual({ kind: 'permitted' })
    const [asked] = scripted.asked
    expect(asked).toMatchObject({ path: '/access/v1/evaluation', body: '{"a":1}' })
    expect(asked?.headers).toMatchObject({
      authorization: 'Bearer s3cret',
      'content-type': 'application/json',
      accept: 'application/json',
    })
    expect(observed).toEqual([{ outcome: 'permitted', from: 'call', durationMs: 0 }])
  })

  it('of OPA is asked to tell a failure of a builtin from a rule that is undefined', async () => {
    const { scripted, ask, point } = await aWorld()
    scripted.answer(says({ result: true }))
    const opa = { ...point, protocol: 'opa', url: scripted.url('/v1/data/shop/allow') } as const
    expect(await ask('{}', opa)).toEqual({ kind: 'permitted' })
    expect(scripted.asked[0]?.path).toBe('/v1/data/shop/allow?strict-builtin-errors=true')
    expect(scripted.asked[0]?.headers.authorization).toBeUndefined()
  })

  it('that denies is believed', async () => {
    const { scripted, ask, observed } = await aWorld()
    scripted.answer(says({ decision: false, context: { reason: 'closed on Sundays' } }))
    expect(await ask()).toEqual({
      kind: 'denied',
      detail: 'The decision point said false: closed on Sundays',
    })
    expect(observed).toMatchObject([{ outcome: 'denied', from: 'call' }])
  })

  it.each([
    ['no decision', says({ decision: 'true' }), 'without a boolean `decision`'],
    ['no JSON', says('<html></html>'), 'a page of HTML'],
    ['nothing', says(''), 'an empty body'],
    ['400', says({ code: 3, message: 'unknown field' }, 400), 'status 400 (application/json): unk'],
    ['401', says({ decision: true }, 401), 'status 401'],
    ['403', says({ decision: true }, 403), 'status 403'],
    ['404', says({ decision: true }, 404), 'status 404'],
    ['201', says({ decision: true }, 201), 'status 201'],
    ['500', says({ errors: [{ code: 'eval_conflict_error' }] }, 500), 'eval_conflict_error'],
    ['503', says({ decision: true }, 503), 'status 503'],
    ['too much', says({ decision: true, more: 'x'.repeat(70_000) }), 'more than 64 KiB'],
    ['what nests too deeply', says(`{"decision":true,"a":${'['.repeat(99)}`), 'not with a JSON'],
  ])(
    'R1, R25: that answers with %s is unavailable, and permits nothing',
    async (_, answer, why) => {
      const { scripted, ask, observed } = await aWorld()
      scripted.answer(answer)
      await expect(ask()).rejects.toMatchObject({
        ...UNAVAILABLE,
        message: expect.stringContaining(why),
      })
      expect(observed).toMatchObject([{ outcome: 'unavailable', from: 'call' }])
    },
  )

  it('R25: that redirects is not followed', async () => {
    const { scripted, ask } = await aWorld()
    scripted.answer((response) => response.writeHead(307, { location: '/other' }).end())
    await expect(ask()).rejects.toMatchObject(UNAVAILABLE)
    expect(scripted.asked).toHaveLength(1)
  })

  it('R25: that says nothing in time is unavailable, and names the field', async () => {
    const { scripted, ask } = await aWorld({ requestTimeoutMs: 200 })
    scripted.answer(() => undefined)
    await expect(ask()).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('(external.timeout)'),
    })
  })

  it('R25: is not called over http, nor at a denied address, unless the process permits it', async () => {
    const scripted = await aScriptedDecisionPoint()
    const point = aDecisionPoint({ url: scripted.url() })
    for (const outbound of [{ denyNetworks: [] }, { allowInsecureIssuers: true }]) {
      const { points } = anAskingWorld(outbound)
      const asking = async () => points.ask(point, '{}', unlimited)
      await expect(asking()).rejects.toMatchObject(UNAVAILABLE)
    }
    expect(scripted.asked).toEqual([])
  })

  it('is waited for no longer than the check may take', async () => {
    const { scripted, points, point } = await aWorld()
    scripted.answer(() => undefined)
    const over = { signal: AbortSignal.abort() }
    const asking = async () => points.ask(point, '{}', over)
    await expect(asking()).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('check.budget'),
    })
  })

  it('whose connection is gone is asked once more, at once', async () => {
    let calls = 0
    const listener = await startHttpListener((request, response) => {
      calls += 1
      if (calls === 1) request.socket.destroy()
      else says({ decision: true })(response, { path: '', headers: {}, body: '' })
    })
    const { points } = anAskingWorld()
    const point = aDecisionPoint({ url: `http://127.0.0.1:${listener.port}/` })
    try {
      expect(await points.ask(point, '{}', unlimited)).toEqual({ kind: 'permitted' })
      expect(calls).toBe(2)
    } finally {
      await listener.takeDown()
    }
  })

  it.each([
    ['a status below 500', says({ code: 3 }, 400)],
    ['429', says({}, 429)],
    ['an answer that is too long', says({ decision: true, more: 'x'.repeat(70_000) })],
  ])(
    'R26: is not held back, nor told to be down, after %s, which one request may provoke',
    async (_, answer) => {
      const { scripted, ask, told } = await aWorld()
      scripted.answer(answer)
      for (let call = 0; call < 10; call += 1)
        await expect(ask()).rejects.toMatchObject(UNAVAILABLE)
      expect(scripted.asked).toHaveLength(10)
      scripted.answer(says({ decision: true }))
      expect(await ask('{"subject":{"id":"bob"}}')).toEqual({ kind: 'permitted' })
      expect(told).toEqual([])
    },
  )

  it('R26: is held back after failures of its own', async () => {
    const { scripted, ask, told } = await aWorld()
    scripted.answer(says({}, 503))
    for (let call = 0; call < 5; call += 1) await expect(ask()).rejects.toMatchObject(UNAVAILABLE)
    const before = scripted.asked.length
    await expect(ask()).rejects.toMatchObject({
      message: expect.stringContaining('is held back after failures'),
    })
    expect(scripted.asked).toHaveLength(before)
    expect(told).toHaveLength(1)
  })

  it('R26: that is away is held back after failures, told once, and is back by itself', async () => {
    const { scripted, ask, clock, told, points, point } = await aWorld()
    expect(points.standings()).toEqual([])
    await scripted.takeDown()
    for (let call = 0; call < 5; call += 1) await expect(ask()).rejects.toMatchObject(UNAVAILABLE)
    await expect(ask()).rejects.toMatchObject({
      message: expect.stringContaining('is held back after failures'),
    })
    expect(told).toEqual([expect.stringContaining('ProtectedRoute shop/shop: http://127.0.0.1')])
    expect(points.standings()).toEqual([
      {
        route: 'shop/shop',
        url: point.url,
        trouble: expect.stringContaining('ProtectedRoute shop/shop: http://127.0.0.1'),
      },
    ])
    points.retain([{ ...point, generation: 'edited' }])
    expect(points.standings()).toMatchObject([{ trouble: expect.any(String) }])
    points.retain([point])
    await scripted.bringUp()
    clock.advance(3_000)
    expect(await ask()).toEqual({ kind: 'permitted' })
    expect(told).toHaveLength(2)
    expect(told[1]).toContain('ProtectedRoute shop/shop works again')
    expect(points.standings()).toEqual([{ route: 'shop/shop', url: point.url }])
    points.retain([])
    expect(points.standings()).toEqual([])
  })
})

describe('equal facts', () => {
  it('that are asked about at once are asked about once', async () => {
    const { scripted, ask, observed } = await aWorld()
    const waiting: (() => void)[] = []
    scripted.answer((response, asked) =>
      waiting.push(() => says({ decision: true })(response, asked)),
    )
    const both = Promise.all([ask('{"a":1}'), ask('{"a":1}'), ask('{"a":2}')])
    await until('both are asked', async () => waiting.length === 2)
    for (const answer of waiting) answer()
    expect(await both).toHaveLength(3)
    const from = (one: AskingFacts) => one.from
    expect(observed.map(from).toSorted()).toEqual(['call', 'call', 'shared'])
    scripted.answer(says({ decision: true }))
    expect(await ask('{"a":1}')).toEqual({ kind: 'permitted' })
    expect(scripted.asked).toHaveLength(3)
  })

  it('are remembered as long as the route says, both ways, and failures are not', async () => {
    const { scripted, ask, clock, observed, point } = await aWorld()
    const about = { ...point, rememberMs: 5_000 }
    expect(await ask('{"a":1}', about)).toEqual({ kind: 'permitted' })
    scripted.answer(says({ decision: false }))
    clock.advance(4_999)
    expect(await ask('{"a":1}', about)).toEqual({ kind: 'permitted' })
    expect(observed.at(-1)).toEqual({ outcome: 'permitted', from: 'memory', durationMs: 0 })
    clock.advance(1)
    expect(await ask('{"a":1}', about)).toMatchObject({ kind: 'denied' })
    scripted.answer(says({ decision: true }))
    expect(await ask('{"a":1}', about)).toMatchObject({ kind: 'denied' })
    clock.advance(-1)
    expect(await ask('{"a":1}', about)).toEqual({ kind: 'permitted' })
    scripted.answer(says({}, 500))
    await expect(ask('{"b":1}', about)).rejects.toMatchObject(UNAVAILABLE)
    scripted.answer(says({ decision: true }))
    expect(await ask('{"b":1}', about)).toEqual({ kind: 'permitted' })
  })

  it('R24: of another route, or another generation of it, are other facts', async () => {
    const { scripted, ask, point } = await aWorld()
    const about = { ...point, rememberMs: 60_000 }
    expect(await ask('{}', about)).toEqual({ kind: 'permitted' })
    scripted.answer(says({ decision: false }))
    expect(await ask('{}', { ...about, generation: 'd2' })).toMatchObject({ kind: 'denied' })
    expect(await ask('{}', { ...about, route: 'blog/blog' })).toMatchObject({ kind: 'denied' })
    expect(await ask('{"subject":{"id":"bob"}}', about)).toMatchObject({ kind: 'denied' })
    expect(await ask('{}', about)).toEqual({ kind: 'permitted' })
  })

  it('R26: a route whose decision point fails holds back no other route', async () => {
    const { scripted, ask, point } = await aWorld()
    scripted.answer(says({}, 503))
    for (let call = 0; call < 6; call += 1) await expect(ask()).rejects.toMatchObject(UNAVAILABLE)
    scripted.answer(says({ decision: true }))
    await expect(ask()).rejects.toMatchObject({ message: expect.stringContaining('held back') })
    expect(await ask('{}', { ...point, route: 'blog/blog' })).toEqual({ kind: 'permitted' })
  })

  it('what no route names any more is let go of', async () => {
    const { scripted, ask, points, point } = await aWorld()
    scripted.answer(says({}, 503))
    for (let call = 0; call < 6; call += 1) await expect(ask()).rejects.toMatchObject(UNAVAILABLE)
    points.retain([point])
    await expect(ask()).rejects.toMatchObject({ message: expect.stringContaining('held back') })
    points.retain([])
    scripted.answer(says({ decision: true }))
    expect(await ask()).toEqual({ kind: 'permitted' })
  })
})
