import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import type { CheckFacts } from '../../../src/core/check.ts'
import { createCheckHandler } from '../../../src/grpc/check-handler.ts'
import { createAnswering } from '../../../src/grpc/response.ts'
import { present } from '../../../src/http/present.ts'
import { aCheckRequest } from '../../support/check-client.ts'
import { anAllow } from '../../support/grpc-server.ts'

type Handler = ReturnType<typeof createCheckHandler>
type Call = Parameters<Handler>[0]

it('an answer that cannot be written any more is no error, and is observed', () => {
  const facts: CheckFacts[] = []
  const handler = createCheckHandler({
    check: () => anAllow,
    answer: createAnswering({ present }),
    observations: { note: (seen) => facts.push(seen), flush: () => undefined },
    clock: { nowMs: () => 0 },
    random: { token: () => 'made-here' },
    budgetMs: 1_000,
    maxHeaderBytes: 1_000,
    forwardedHeaderBytes: 1_000,
    forwardedHeaderCount: 100,
  })
  const call: unknown = Object.assign(new EventEmitter(), { request: aCheckRequest() })
  handler(call as Call, () => {
    throw new Error('ERR_HTTP2_INVALID_STREAM')
  })
  expect(facts).toMatchObject([{ verdict: { kind: 'allow' } }])
})
