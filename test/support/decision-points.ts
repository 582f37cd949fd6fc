import type { IncomingMessage, ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import type { AskingFacts } from '../../src/core/decision-points.ts'
import type { DecisionPoint } from '../../src/core/policy/decision-point.ts'
import { createDecisionPoints, type LiveDecisionPoints } from '../../src/pdp/decision-points.ts'
import { type HandSetClock, handSetClock } from './hand-set-clock.ts'
import { localOutbound } from './local-providers.ts'
import { startHttpListener } from './parts/http-listener.ts'
import { patient } from './patience.ts'

/** A decision point with every default. */
export const aDecisionPoint = (changes: Partial<DecisionPoint> = {}): DecisionPoint => ({
  route: 'shop/shop',
  generation: 'd1',
  protocol: 'authzen',
  url: 'https://pdp.example.com/access/v1/evaluation',
  requestTimeoutMs: patient(10_000),
  rememberMs: 0,
  subjectType: 'user',
  resourceType: 'route',
  claims: [],
  headers: [],
  sendsAccessToken: false,
  ...changes,
})

/** What somebody was asked by us. */
export interface AskedOf {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** How somebody answers who is no honest decision point, or is one. */
export type Answering = (response: ServerResponse, asked: AskedOf) => void

/** Answers with JSON. */
export const says =
  (body: unknown, status = 200): Answering =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body))

/** Somebody on this machine who answers evaluations as a test likes. */
export interface ScriptedDecisionPoint {
  readonly url: (path?: string) => string
  readonly answer: (answering: Answering) => void
  readonly asked: readonly AskedOf[]
  readonly takeDown: () => Promise<void>
  readonly bringUp: () => Promise<void>
}

/** Permits everything at first; stopped when the test is over. */
export const aScriptedDecisionPoint = async (): Promise<ScriptedDecisionPoint> => {
  let answering = says({ decision: true })
  const asked: AskedOf[] = []
  const listener = await startHttpListener((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const one = { path: request.url ?? '', headers: request.headers, body }
      asked.push(one)
      answering(response, one)
    })
  })
  onTestFinished(() => listener.takeDown())
  return {
    url: (path = '/access/v1/evaluation') => `http://127.0.0.1:${listener.port}${path}`,
    answer: (next) => {
      answering = next
    },
    asked,
    takeDown: listener.takeDown,
    bringUp: listener.bringUp,
  }
}

/** The adapter, what it told and what it observed. */
export interface AskingWorld {
  readonly points: LiveDecisionPoints
  readonly clock: HandSetClock
  readonly told: string[]
  readonly observed: AskingFacts[]
}

/** Asks whoever is on this machine; closed when the test is over. */
export const anAskingWorld = (outbound = localOutbound): AskingWorld => {
  const clock = handSetClock()
  const told: string[] = []
  const observed: AskingFacts[] = []
  const points = createDecisionPoints({
    outbound,
    clock,
    tell: (sentence) => told.push(sentence),
    observe: (facts) => observed.push(facts),
  })
  onTestFinished(() => points.close())
  return { points, clock, told, observed }
}
