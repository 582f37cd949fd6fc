import { describe, expect, it } from 'vitest'
import { deny } from '../../../src/core/decision/deny.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import type { BackChannelOutcome } from '../../../src/core/session/back-channel-logout.ts'
import type { Fields } from '../../../src/observability/lines/redact.ts'
import { createMetrics } from '../../../src/observability/metrics.ts'
import { createObserve } from '../../../src/observability/observe.ts'
import { createObserveBackChannel } from '../../../src/observability/observe-back-channel.ts'
import { createObserveRevocation } from '../../../src/observability/observe-revocation.ts'

const aLog = () => {
  const lines: (readonly [string, Fields])[] = []
  const write =
    (level: string) =>
    (_message: string, fields: Fields = {}) =>
      void lines.push([level, fields])
  const decision = (members: string) =>
    void lines.push(['decision', JSON.parse(`{${members.slice(1)}}`)])
  return { lines, info: write('info'), warn: write('warn'), decision }
}

const seriesOf = async (metrics: ReturnType<typeof createMetrics>, name: string) =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(`${name}{`))

const counted = async (metrics: ReturnType<typeof createMetrics>, name: string) =>
  (await seriesOf(metrics, name)).filter((line) => !line.endsWith(' 0'))

it('the first logout that fails is a change of a series that is there', async () => {
  expect(await seriesOf(createMetrics('1.2.3'), 'sallyport_logouts_total')).toEqual(
    ['local', 'rp_initiated', 'front_channel', 'back_channel'].map(
      (kind) => `sallyport_logouts_total{kind="${kind}",outcome="failed"} 0`,
    ),
  )
})

const outcomes: readonly [BackChannelOutcome, string, string, Fields][] = [
  [{ kind: 'ended', sessions: 2 }, 'ended', 'info', { outcome: 'ended', sessions: 2 }],
  [{ kind: 'ended', sessions: 0 }, 'nothing', 'info', { outcome: 'ended', sessions: 0 }],
  [{ kind: 'unknown_client' }, 'refused', 'warn', { outcome: 'unknown_client' }],
  [{ kind: 'refused', detail: 'No.' }, 'refused', 'warn', { outcome: 'refused', detail: 'No.' }],
  [
    { kind: 'unavailable', fault: new Fault('session_store_unavailable', 'Down.') },
    'failed',
    'warn',
    { outcome: 'unavailable', fault: 'session_store_unavailable', detail: 'Down.' },
  ],
  [
    { kind: 'unavailable', fault: new Fault('policy_broken', 'No Secret.') },
    'unavailable',
    'warn',
    { outcome: 'unavailable', fault: 'policy_broken', detail: 'No Secret.' },
  ],
]

describe('what is told of logouts', () => {
  it.each(outcomes)('of a back-channel logout that %o', async (outcome, label, level, fields) => {
    const metrics = createMetrics('1')
    const logger = aLog()
    createObserveBackChannel({ logger, metrics })('shop/web', outcome)
    expect(logger.lines).toEqual([[level, { client: 'shop/web', ...fields }]])
    expect(await counted(metrics, 'sallyport_logouts_total')).toEqual([
      `sallyport_logouts_total{kind="back_channel",outcome="${label}"} 1`,
    ])
  })

  it('of a check that was one: its kind, in the decision log as well', async () => {
    const metrics = createMetrics('1')
    const logger = aLog()
    const observe = createObserve({
      logger,
      metrics,
      decisions: 'all',
      subjectHash: () => 'hash',
      subject: { kind: 'hash' },
      naming: 'sallyport',
      proposals: () => undefined,
    })
    const about = { logout: { kind: 'rp_initiated', outcome: 'ended' } } as const
    observe({ requestId: '1', verdict: deny('sign_out_at_provider', { about }), durationMs: 1 })
    observe({ requestId: '2', verdict: deny('signed_out'), durationMs: 1 })
    expect(logger.lines.map(([, { logout }]) => logout)).toEqual(['rp_initiated', undefined])
    expect(await counted(metrics, 'sallyport_logouts_total')).toEqual([
      'sallyport_logouts_total{kind="rp_initiated",outcome="ended"} 1',
    ])
  })

  it('of tokens that were to be taken back: every one counts, what failed is a line', async () => {
    const metrics = createMetrics('1')
    const logger = aLog()
    const observe = createObserveRevocation({ logger, metrics })
    observe({ client: 'shop/web', kind: 'refresh_token', outcome: 'revoked' })
    observe({ client: 'shop/web', kind: 'access_token', outcome: 'failed', detail: 'Down.' })
    expect(logger.lines).toEqual([
      ['warn', { client: 'shop/web', kind: 'access_token', detail: 'Down.' }],
    ])
    expect(await counted(metrics, 'sallyport_token_revocations_total')).toEqual([
      'sallyport_token_revocations_total{kind="refresh_token",outcome="revoked"} 1',
      'sallyport_token_revocations_total{kind="access_token",outcome="failed"} 1',
    ])
  })
})
