import { describe, expect, it } from 'vitest'
import { judgeCheck, judgeHttp, readCheckResponse } from '../../../bench/client/judge.ts'
import { checkMethod, fullProtos } from '../../support/envoy-protos.ts'

const serialize = checkMethod(fullProtos()).responseSerialize

const framed = (message: object): Buffer => {
  const bytes = serialize(message)
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(bytes.length, 1)
  return Buffer.concat([prefix, bytes])
}

const answer = (message: object, grpcStatus = '0') => ({
  headers: new Map([[':status', '200']]),
  body: framed(message),
  trailers: new Map([['grpc-status', grpcStatus]]),
})

const header = (key: string, value: string) => ({ header: { key, value } })

const denied = (code: number, reason: string) => ({
  status: { code: 7 },
  deniedResponse: { status: { code }, headers: [header('x-sallyport-reason', reason)], body: 'no' },
})

const allowed = (subject: string) => ({
  status: { code: 0 },
  okResponse: { headers: [header('X-Auth-Subject', subject)], headersToRemove: ['x-evil'] },
})

describe('the answer to a check', () => {
  it('is read as Envoy reads it', () => {
    const read = readCheckResponse(serialize(denied(401, 'token_required')))
    expect(read.status).toBe(401)
    expect([...read.headers]).toEqual([['x-sallyport-reason', 'token_required']])
    expect(readCheckResponse(serialize(allowed('alice'))).headers.get('x-auth-subject')).toBe(
      'alice',
    )
    expect(readCheckResponse(Buffer.alloc(0)).status).toBe(200)
  })

  it('is refused where it is cut off', () => {
    const whole = serialize(denied(401, 'token_required'))
    expect(() => readCheckResponse(whole.subarray(0, whole.length - 3))).toThrow('cut off')
  })

  it('is refused where it lets through and denies at once', () => {
    const both = serialize({ ...denied(401, 'token_required'), status: { code: 0 } })
    expect(() => readCheckResponse(both)).toThrow('both')
  })

  it('is right with the status and the reason that are expected', () => {
    const judge = judgeCheck({ status: 401, reason: 'token_required' })
    expect(() => judge(answer(denied(401, 'token_required')))).not.toThrow()
    expect(() => judge(answer(denied(401, 'token_required')))).not.toThrow()
    expect(() => judge(answer(denied(401, 'token_malformed')))).toThrow('token_malformed')
    expect(() => judge(answer(denied(403, 'token_required')))).toThrow('403')
    expect(() => judge(answer(allowed('alice')))).toThrow('got 200')
  })

  it('is right only for who it is about', () => {
    const judge = judgeCheck({ status: 200, identity: ['x-auth-subject', 'alice'] })
    expect(() => judge(answer(allowed('alice')))).not.toThrow()
    expect(() => judge(answer(allowed('mallory')))).toThrow('mallory')
    expect(() => judge(answer({ status: { code: 0 } }))).toThrow('undefined')
  })

  it('is wrong where the call failed', () => {
    const judge = judgeCheck({ status: 200 })
    expect(() => judge(answer(allowed('alice'), '14'))).toThrow('14')
    const trailersOnly = {
      headers: new Map([
        [':status', '200'],
        ['grpc-status', '12'],
        ['grpc-message', 'unknown method'],
      ]),
      body: Buffer.alloc(0),
      trailers: new Map(),
    }
    expect(() => judge(trailersOnly)).toThrow('12 unknown method')
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['too short a length', Buffer.from([0, 0, 0, 0, 0, 1])],
    ['a compressed message', Buffer.from([1, 0, 0, 0, 0])],
  ])('is wrong where its frame holds %s', (_, body) => {
    expect(() => judgeCheck({ status: 200 })({ ...answer({}), body })).toThrow('framed')
  })
})

describe('the answer of a gateway', () => {
  const from = (headers: Readonly<Record<string, string>>) => ({
    headers: new Map(Object.entries(headers)),
    body: Buffer.alloc(0),
    trailers: new Map<string, string>(),
  })

  it('is right with the status and the reason, whoever it is about', () => {
    const judge = judgeHttp({ status: 302, reason: 'login_required' })
    expect(() =>
      judge(from({ ':status': '302', 'x-sallyport-reason': 'login_required' })),
    ).not.toThrow()
    expect(() =>
      judge(from({ ':status': '302', 'x-sallyport-reason': 'session_unknown' })),
    ).toThrow()
    expect(() => judge(from({ ':status': '200' }))).toThrow('got 200')
    const seen = judgeHttp({ status: 200, identity: ['x-auth-subject', 'alice'] })
    expect(() => seen(from({ ':status': '200' }))).not.toThrow()
  })
})
