import type { CheckFacts } from '../../../src/core/check.ts'
import type { About, Verdict } from '../../../src/core/decision/decision.ts'
import { deny } from '../../../src/core/decision/deny.ts'
import { type Reason, reasons } from '../../../src/core/reason/reason.ts'
import type { Request } from '../../../src/core/request/request.ts'
import { aRequest } from '../builders.ts'

/** The next of a sequence of numbers, from 0 to below 1. */
export type Draw = () => number

/** The same numbers for the same seed (mulberry32). */
export const drawing = (seed: number): Draw => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of several, evenly; there is at least one. */
export const oneOf = <T>(draw: Draw, several: readonly T[]): T => {
  const [one] = several.slice(Math.floor(draw() * several.length))
  return one as T
}

/** What texts are put together from: what the log escapes, redacts, cuts and leaves alone. */
const PIECES = [
  'shop',
  '/orders/17',
  '"',
  '\\',
  '\n',
  '\u0000',
  '\u001b[2J',
  '\u007f',
  '\u202e',
  '\u2028',
  'é',
  '日本',
  '😀',
  '\ud83d',
  '\udc00',
  ' ',
  '?code=c0de&state=s',
  'token=abc',
  'Bearer abcdef',
  'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln',
  's1.aaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbb',
  'https://user:pass@idp.example.com',
  'cookie: __Host-sallyport=1',
  'a'.repeat(99),
  'b'.repeat(600),
]

/** A text of up to eight pieces. */
export const someText = (draw: Draw): string =>
  Array.from({ length: Math.floor(draw() * 9) }, () => oneOf(draw, PIECES)).join('')

const maybe = <T>(draw: Draw, make: () => T): T | undefined => (draw() < 0.5 ? make() : undefined)

const REASONS = Object.keys(reasons) as readonly Reason[]

const aboutOf = (draw: Draw): About => {
  const members = {
    policy: maybe(draw, () => oneOf(draw, ['shop/shop', 'blog/blog', someText(draw)])),
    rule: maybe(draw, () => someText(draw)),
    subject: maybe(draw, () => someText(draw)),
    via: maybe(draw, () => oneOf(draw, ['session', 'bearer'] as const)),
    client: maybe(draw, () => oneOf(draw, ['shop/web', 'shop/mobile'])),
    leftOut: maybe(draw, () => [someText(draw), 'cookie']),
    endedSessions: maybe(draw, () => Math.floor(draw() * 9)),
    logout: maybe(draw, () => ({
      kind: oneOf(draw, ['local', 'rp_initiated', 'front_channel'] as const),
      outcome: oneOf(draw, ['ended', 'nothing'] as const),
    })),
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

const verdictOf = (draw: Draw): Verdict => {
  const about = aboutOf(draw)
  if (draw() < 0.3) {
    const reason = oneOf(draw, ['allowed', 'public'] as const)
    return { kind: 'allow', reason, setHeaders: [], removeHeaders: [], about }
  }
  const detail = maybe(draw, () => someText(draw))
  const reason = oneOf(draw, REASONS)
  return deny(reason, {
    ...(draw() < 0.3 ? { status: 302, content: 'none' } : {}),
    ...(detail === undefined ? {} : { detail }),
    about,
  })
}

const requestOf = (draw: Draw): Request => {
  const plain = aRequest()
  const traceparent = oneOf(draw, [
    undefined,
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7',
    someText(draw),
  ])
  return {
    ...plain,
    method: oneOf(draw, ['GET', 'POST', someText(draw)]),
    host: oneOf(draw, ['shop.example.com', someText(draw)]),
    path: { ...plain.path, raw: `/${someText(draw)}` },
    header: (name) => (name === 'traceparent' ? traceparent : undefined),
  }
}

/** The facts of a check that may have been anything, plausible or not. */
export const someFacts = (draw: Draw): CheckFacts => ({
  ...(draw() < 0.9 ? { request: requestOf(draw) } : {}),
  requestId: oneOf(draw, ['4f1c2e', someText(draw)]),
  verdict: verdictOf(draw),
  durationMs: oneOf(draw, [0, 0.25, draw(), draw() * 40, draw() * 9_000]),
})
