import { EventEmitter } from 'node:events'
import type { ServerUnaryCall } from '@grpc/grpc-js'
import { expect, it } from 'vitest'
import { checkCallOf } from '../../../../src/grpc/grpc-js/unary-call.ts'

const aCall = () => {
  const call: unknown = Object.assign(new EventEmitter(), {
    request: Buffer.from('message'),
    getDeadline: () => new Date(1_000),
    cancelled: false,
  })
  return call as ServerUnaryCall<Buffer, Buffer>
}

it('an answer that cannot be written any more is no error', () => {
  const call = checkCallOf(aCall(), () => {
    throw new Error('ERR_HTTP2_INVALID_STREAM')
  })
  expect(() => call.answer(Buffer.from('answer'))).not.toThrow()
})

it('an answer is a copy: its buffer may be used again', () => {
  const written: unknown[] = []
  const call = checkCallOf(aCall(), (_error, answer) => written.push(answer))
  const buffer = Buffer.from('answer')
  call.answer(buffer)
  buffer.fill('x')
  expect(written).toEqual([Buffer.from('answer')])
})

it('the deadline is a time, and who goes is told of once', () => {
  const inner = aCall()
  const call = checkCallOf(inner, () => undefined)
  const gone: string[] = []
  call.onCancelled(() => gone.push('gone'))
  inner.emit('cancelled')
  inner.emit('cancelled')
  expect([call.deadlineMs, call.isCancelled(), gone]).toEqual([1_000, false, ['gone']])
})
