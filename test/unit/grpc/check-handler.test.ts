import { expect, it } from 'vitest'
import type { CheckFacts } from '../../../src/core/check.ts'
import { denyFault } from '../../../src/core/decision/deny.ts'
import { asFault } from '../../../src/core/reason/fault.ts'
import type { CheckTracing } from '../../../src/core/tracing.ts'
import type { CheckCall } from '../../../src/grpc/call/check-call.ts'
import { createCanonical } from '../../../src/grpc/canonical.ts'
import { createCheckHandler } from '../../../src/grpc/check-handler.ts'
import { createCheckRequestReader } from '../../../src/grpc/message/check-request.ts'
import { createAnswering } from '../../../src/grpc/response.ts'
import { aCheckRequest } from '../../support/check-client.ts'
import { decodeCheckResponse, encodeCheckRequest } from '../../support/check-codec.ts'
import type { CheckResponse } from '../../support/check-messages.ts'
import { anAllow } from '../../support/grpc-server.ts'
import { present } from '../../support/present.ts'

/** A handler that allows everything, with what it said and to whom. */
const aHandler = (tracing?: CheckTracing) => {
  const facts: CheckFacts[] = []
  const answers: CheckResponse[] = []
  const serve = createCheckHandler({
    read: createCheckRequestReader(createCanonical()),
    check: () => anAllow,
    failed: (_request, thrown) => denyFault(asFault(thrown)),
    answer: createAnswering({ present }),
    ...(tracing === undefined ? {} : { tracing }),
    observations: { note: (seen) => facts.push(seen), flush: () => undefined },
    clock: { nowMs: () => 0 },
    random: { token: () => 'made-here' },
    budgetMs: 1_000,
    maxHeaderBytes: 1_000,
    forwardedHeaderBytes: 1_000,
    forwardedHeaderCount: 100,
  })
  const callWith = (changes: Partial<CheckCall>): CheckCall => ({
    message: encodeCheckRequest(aCheckRequest()),
    deadlineMs: Number.POSITIVE_INFINITY,
    metadata: () => undefined,
    isCancelled: () => false,
    onCancelled: () => undefined,
    answer: (bytes) => void answers.push(decodeCheckResponse(bytes)),
    ...changes,
  })
  return { facts, answers, call: (changes: Partial<CheckCall> = {}) => serve(callWith(changes)) }
}

it('a call is answered before the handler returns, where the check takes no time, and noted', () => {
  const { facts, answers, call } = aHandler()
  call()
  expect(answers).toMatchObject([{ status: { code: 0 } }])
  expect(facts).toMatchObject([{ verdict: { kind: 'allow' }, request: { path: { raw: '/' } } }])
})

it('a trace that fails costs neither the answer nor what is noted', () => {
  const ids = { traceId: 'a', spanId: 'b' }
  const end = (): never => {
    throw new Error('full')
  }
  const { facts, answers, call } = aHandler({
    begin: () => ({ ids, run: (check) => check(), end }),
  })
  call()
  expect(answers).toMatchObject([{ status: { code: 0 } }])
  expect(facts).toMatchObject([{ verdict: { kind: 'allow' }, trace: ids }])
})

it('whoever has gone before the handler looks is not answered, and is noted', () => {
  const { facts, answers, call } = aHandler()
  call({ isCancelled: () => true })
  expect(answers).toEqual([])
  expect(facts).toMatchObject([{ verdict: { reason: 'caller_gone' } }])
})

it('R1: bytes that are no check request are answered 400', () => {
  const { facts, answers, call } = aHandler()
  call({ message: Buffer.from([0x0a, 0x7f]) })
  expect(answers).toMatchObject([
    { status: { code: 7 }, deniedResponse: { status: { code: 400 } } },
  ])
  expect(facts).toMatchObject([{ verdict: { reason: 'malformed_request' } }])
})
