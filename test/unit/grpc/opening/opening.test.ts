import { describe, expect, it } from 'vitest'
import {
  createOpening,
  MAX_OPENING_BYTES,
  type OpeningStep,
} from '../../../../src/grpc/opening/opening.ts'
import { FLAG, FRAME, frame, preface } from '../../../support/http2-frames.ts'

const CHECK = '/check'

/** In these tests a header block is its path, in plain letters. */
const anOpening = () =>
  createOpening({
    pathIn: (block) => (block.includes('?') ? undefined : block.toString()),
    isCheckPath: (path) => path === CHECK,
  })

const NOTHING = Buffer.alloc(0)
const SETTINGS = frame(FRAME.settings, 0, 0, NOTHING)
const ACK = frame(FRAME.settings, FLAG.ack, 0, NOTHING)
const headers = (path: string, flags: number = FLAG.endHeaders, stream = 1) =>
  frame(FRAME.headers, flags, stream, Buffer.from(path))
const continuation = (rest: string, flags: number = FLAG.endHeaders, stream = 1) =>
  frame(0x9, flags, stream, Buffer.from(rest))
const setting = (id: number, value: number): Buffer => {
  const payload = Buffer.alloc(6)
  payload.writeUInt16BE(id, 0)
  payload.writeUInt32BE(value, 2)
  return frame(FRAME.settings, 0, 0, payload)
}
const windowUpdate = (more: number, stream = 0): Buffer => {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(more)
  return frame(0x8, 0, stream, payload)
}
const priority = (stream: number, on: number): Buffer => {
  const payload = Buffer.alloc(5)
  payload.writeUInt32BE(on)
  return frame(0x2, 0, stream, payload)
}
const PING = frame(FRAME.ping, 0, 0, Buffer.from('are here'))
const PONG = frame(FRAME.ping, FLAG.ack, 0, Buffer.from('are here'))

const take = (...frames: readonly Buffer[]): OpeningStep => anOpening().take(Buffer.concat(frames))

describe('the beginning of a connection', () => {
  it('is for the engine of checks when its first call is one', () => {
    const { opened } = take(preface(), headers(CHECK))
    expect(opened).toEqual({
      isCheck: true,
      replay: Buffer.concat([preface(), headers(CHECK)]),
      acknowledged: 1,
      sentSettings: true,
      hasAcknowledged: false,
    })
  })

  it('is for the engine of checks, which refuses it, when its first call comes in too many pieces', () => {
    const pieces = Array.from({ length: 127 }, () => continuation('', 0))
    const opening = anOpening()
    const begun = opening.take(Buffer.concat([preface(), headers('/watch', 0), ...pieces]))
    expect(begun).toMatchObject({ isPartial: true })
    expect(begun.opened).toBeUndefined()
    expect(opening.take(continuation('', 0)).opened).toMatchObject({ isCheck: true })
  })

  it('is for the other engine when its first call is anything else', () => {
    expect(take(preface(), headers('/watch')).opened).toMatchObject({ isCheck: false })
  })

  it('is the same wherever it is cut', () => {
    const said = Buffer.concat([
      preface(),
      ACK,
      windowUpdate(1_000),
      PING,
      priority(5, 0),
      frame(0xfe, 0, 0, Buffer.from('unheard of')),
      headers('/wa', 0),
      continuation('tch'),
      frame(FRAME.data, FLAG.endStream, 1, Buffer.from('body')),
    ])
    const whole = anOpening().take(said)
    expect(whole.opened?.replay).toEqual(
      Buffer.concat([
        preface(),
        windowUpdate(1_000),
        priority(5, 0),
        headers('/wa', 0),
        continuation('tch'),
        frame(FRAME.data, FLAG.endStream, 1, Buffer.from('body')),
      ]),
    )
    expect(whole.reply).toEqual(Buffer.concat([SETTINGS, ACK, PONG]))
    for (let size = 1; size < said.length; size += 1) {
      const opening = anOpening()
      const replies: Buffer[] = []
      let at = 0
      let step: OpeningStep | undefined
      while (step?.opened === undefined) {
        step = opening.take(said.subarray(at, at + size))
        replies.push(step.reply)
        at += size
      }
      const { replay, ...rest } = step.opened
      expect(Buffer.concat([replay, said.subarray(at)])).toEqual(whole.opened?.replay)
      expect({ ...rest, replay: whole.opened?.replay }).toEqual(whole.opened)
      expect(Buffer.concat(replies)).toEqual(whole.reply)
    }
  })

  it('is answered with settings and acknowledgements, for who waits for them', () => {
    const opening = anOpening()
    const step = opening.take(preface())
    expect(step).toEqual({ reply: Buffer.concat([SETTINGS, ACK]), isPartial: false })
    expect(opening.take(PING).reply).toEqual(PONG)
    expect(opening.take(ACK)).toEqual({ reply: NOTHING, isPartial: false })
    expect(opening.take(headers('/watch')).opened).toMatchObject({
      acknowledged: 1,
      hasAcknowledged: true,
    })
  })

  it.each([
    ['nothing', NOTHING],
    ['half a preface', preface().subarray(0, 20)],
    ['a preface without settings', preface().subarray(0, 24)],
    ['half a frame', Buffer.concat([preface(), PING.subarray(0, 12)])],
    ['half a header block', Buffer.concat([preface(), headers('/wa', 0)])],
  ])('has to go on after %s', (_, said) => {
    expect(take(said)).toMatchObject({ isPartial: true })
    expect(take(said).opened).toBeUndefined()
  })

  it.each([
    ['HTTP/1.1', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a TLS handshake', Buffer.from([0x16, 3, 1, 0])],
    [
      'a preface that is none',
      Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r!'), ACK]),
    ],
  ])('that is %s is for the engine of checks to refuse, which gets all of it', (_, said) => {
    const step = take(said)
    expect(step.opened).toMatchObject({ isCheck: true, replay: said, sentSettings: false })
    expect(step.reply).toEqual(NOTHING)
  })

  const begun = preface()
  it.each([
    ['a first frame that is no settings', preface().subarray(0, 24), PING],
    ['a first call before settings', preface().subarray(0, 24), headers(CHECK)],
    ['an acknowledgement before settings', preface().subarray(0, 24), ACK],
    ['a second acknowledgement', Buffer.concat([begun, ACK]), ACK],
    ['settings of a stream', begun, frame(FRAME.settings, 0, 1, NOTHING)],
    ['settings cut short', begun, frame(FRAME.settings, 0, 0, Buffer.alloc(5))],
    [
      'an acknowledgement with something in it',
      begun,
      frame(FRAME.settings, 1, 0, Buffer.alloc(6)),
    ],
    ['a setting with an impossible value', begun, setting(2, 2)],
    ['a window that is too large', begun, setting(4, 2 ** 31)],
    ['a frame size that is too small', begun, setting(5, 16_383)],
    ['a frame size that is too large', begun, setting(5, 2 ** 24)],
    ['a frame that is too large', begun, frame(FRAME.ping, 0, 0, Buffer.alloc(16_385))],
    ['a ping of a stream', begun, frame(FRAME.ping, 0, 1, Buffer.alloc(8))],
    ['a ping cut short', begun, frame(FRAME.ping, 0, 0, Buffer.alloc(7))],
    ['a pong that nobody asked for', begun, PONG],
    ['a window that grows by nothing', begun, windowUpdate(0)],
    ['a window of a stream that is not there', begun, windowUpdate(1, 1)],
    ['a window that grows too large', begun, windowUpdate(2 ** 31 - 1)],
    ['a stream that depends on itself', begun, priority(5, 5)],
    ['a priority of no stream', begun, priority(0, 1)],
    ['data of no call', begun, frame(FRAME.data, 0, 1, NOTHING)],
    ['a reset of no call', begun, frame(FRAME.rstStream, 0, 1, Buffer.alloc(4))],
    ['a goodbye', begun, frame(FRAME.goaway, 0, 0, Buffer.alloc(8))],
    ['a continuation of nothing', begun, continuation('x')],
    ['a call with an even number', begun, headers('/watch', FLAG.endHeaders, 2)],
    ['a call without a number', begun, headers('/watch', FLAG.endHeaders, 0)],
    ['a header block that is interrupted', Buffer.concat([begun, headers('/w', 0)]), PING],
    [
      'a header block that goes on elsewhere',
      begun,
      Buffer.concat([headers('/w', 0), continuation('x', 4, 3)]),
    ],
    ['padding longer than the frame', begun, headers('\u007fx', FLAG.endHeaders | 0x8)],
    ['a header block that cannot be read', begun, headers('?')],
  ])('with %s is for the engine of checks to refuse, which gets all of it', (_, before, odd) => {
    const { opened } = take(before, odd)
    expect(opened).toMatchObject({ isCheck: true })
    expect(opened?.replay.subarray(-odd.length)).toEqual(odd)
  })

  it('reads the path past padding and priority', () => {
    const payload = Buffer.concat([
      Buffer.from([3]),
      Buffer.alloc(5),
      Buffer.from('/watch'),
      Buffer.alloc(3),
    ])
    const first = frame(FRAME.headers, FLAG.endHeaders | 0x8 | 0x20, 1, payload)
    expect(take(preface(), first).opened).toMatchObject({ isCheck: false })
  })

  it('is the engine of checks to judge when there is too much of it', () => {
    const opening = anOpening()
    opening.take(preface())
    const pings = Math.floor((MAX_OPENING_BYTES - preface().length) / PING.length)
    for (let sent = 0; sent < pings; sent += 1) {
      expect(opening.take(PING).opened).toBeUndefined()
    }
    expect(opening.take(PING).opened).toMatchObject({ isCheck: true })
  })

  it('is the engine of checks to judge when its header block does not end', () => {
    const opening = anOpening()
    let step = opening.take(Buffer.concat([preface(), headers('/', 0)]))
    let sent = 0
    while (step.opened === undefined) {
      step = opening.take(continuation('x'.repeat(1_000), 0))
      sent += 1
    }
    expect(step.opened.isCheck).toBe(true)
    expect(sent).toBeLessThanOrEqual(Math.ceil(MAX_OPENING_BYTES / 1_000))
  })
})
