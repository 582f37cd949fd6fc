import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Allow, Deny, Header, Verdict } from '../../../../src/core/decision/decision.ts'
import type { Metadata } from '../../../../src/core/decision/metadata.ts'
import type { Presentation } from '../../../../src/core/decision/presentation.ts'
import { reasons } from '../../../../src/core/reason/reason.ts'
import { createAnswering } from '../../../../src/grpc/response.ts'
import { decodeCheckResponse, encodeCheckResponse } from '../../../support/check-codec.ts'
import * as oracle from '../../../support/grpc-oracle/response.ts'

const value = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('', 'v'.repeat(127), 'v'.repeat(128), 'ä'.repeat(64), 'v'.repeat(20_000)),
)
const name = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,40}$/) },
  fc.constantFrom('set-cookie', 'vary', 'www-authenticate', 'x-sallyport-reason', 'location'),
)
/** Few cannot be sent, or nothing else would be seen. */
const sendable = value.map((text) => text.replace(/[\u0000-\u001f\u007f]/g, ''))
const header: fc.Arbitrary<Header> = fc.oneof(
  { weight: 30, arbitrary: fc.tuple(name, sendable) },
  fc.tuple(fc.string({ maxLength: 8 }), value),
)
const headers = fc.array(header, { maxLength: 8 })

const scalar = fc.oneof(value, fc.double(), fc.boolean())
const keys = fc.stringMatching(/^[a-z_.-]{1,20}$/)
const metadata: fc.Arbitrary<Metadata> = fc.uniqueArray(
  fc.tuple(keys, fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }))),
  { selector: ([key]) => key, maxLength: 5 },
)
const about = fc.constantFrom({}, { policy: 'shop/shop', rule: 'api' }, { policy: 'shop/other' })
const told = fc.oneof(fc.constant({}), fc.record({ metadata }))

const lists: fc.Arbitrary<Allow> = fc.record(
  {
    kind: fc.constant('allow'),
    reason: fc.constant('allowed'),
    setHeaders: headers,
    removeHeaders: fc.array(fc.oneof(name, value), { maxLength: 8 }),
    responseHeaders: headers,
    path: fc.oneof(
      sendable.map((text) => `/${text}`),
      sendable,
    ),
    about,
    metadata,
  },
  { requiredKeys: ['kind', 'reason', 'setHeaders', 'removeHeaders', 'about'] },
)

/** Most often with what it begins with, which may as well be that of another. */
const allow: fc.Arbitrary<Allow> = fc
  .tuple(lists, lists, fc.nat({ max: 8 }), fc.nat({ max: 8 }), fc.constantFrom('own', 'own', 'no'))
  .map(([asked, other, headersOf, namesOf, whose]): Allow => {
    const { setHeaders, removeHeaders } = whose === 'own' ? asked : other
    const { reason, about } = asked
    const prepared = {
      reason,
      about,
      ...(asked.metadata === undefined ? {} : { metadata: asked.metadata }),
      setHeaders: setHeaders.slice(0, headersOf),
      removeHeaders: removeHeaders.slice(0, namesOf),
    }
    return { ...asked, prepared }
  })

const deny: fc.Arbitrary<Deny> = fc
  .record({
    kind: fc.constant('deny' as const),
    reason: fc.constantFrom(...(Object.keys(reasons) as (keyof typeof reasons)[])),
    status: fc.oneof(
      fc.constantFrom(200, 302, 303, 400, 401, 403, 404, 429, 431, 500, 503, 599),
      fc.constantFrom(0, 199, 600, 401.5, Number.NaN),
    ),
    headers,
    content: fc.constantFrom('none' as const, 'page' as const),
    ways: fc.constant([]),
    about,
    told,
  })
  .map(({ told, ...rest }) => ({ ...rest, ...told }))

const presentation: fc.Arbitrary<Presentation> = fc.record({ headers, body: value })

const callers = fc.constantFrom(undefined, 'text/html', 'application/grpc').map((type) => ({
  requestId: 'request-1',
  header: (wanted: string) => (wanted === 'content-type' ? type : undefined),
}))

const verdict: fc.Arbitrary<Verdict> = fc.oneof(lists, allow, deny)

describe('an answer', () => {
  it('is, byte for byte, the message that proto/ makes of it', () => {
    let shown: Presentation = { headers: [], body: '' }
    const present = () => shown
    const styles = [true, false].map((reasonHeader) => ({
      answer: createAnswering({ present, reasonHeader }),
      expected: oracle.createAnswering({ present, reasonHeader }),
    }))
    const seen = new Set<string>()
    fc.assert(
      fc.property(
        verdict,
        presentation,
        callers,
        fc.constantFrom(...styles),
        (asked, page, caller, { answer, expected }) => {
          shown = page
          const left = answer(asked, caller)
          const wanted = expected(asked, caller)
          expect(left.verdict).toEqual(wanted.verdict)
          seen.add(`${left.verdict.kind} ${left.verdict.reason === 'internal'}`)
          const bytes = Buffer.from(left.response)
          expect(decodeCheckResponse(bytes)).toEqual(
            decodeCheckResponse(encodeCheckResponse(wanted.response)),
          )
          expect(bytes.equals(encodeCheckResponse(wanted.response))).toBe(true)
          expect(bytes.equals(answer(asked, caller).response)).toBe(true)
        },
      ),
      { numRuns: 3_000 },
    )
    expect([...seen].toSorted()).toEqual(['allow false', 'deny false', 'deny true'])
  })

  it('has U+FFFD for half a character, as every text of Unicode has', () => {
    const answer = createAnswering({ present: () => ({ headers: [], body: '' }) })
    for (const text of ['\ud83d', `${'v'.repeat(60)}\udc00`]) {
      const asked: Allow = {
        ...{ kind: 'allow', reason: 'allowed', removeHeaders: [], about: {} },
        setHeaders: [['x-auth-email', text]],
      }
      const { response } = answer(asked, { requestId: 'request-1', header: () => undefined })
      expect(decodeCheckResponse(response)).toMatchObject({
        okResponse: { headers: [{ header: { value: text.toWellFormed() } }] },
      })
    }
  })

  it('of any size is whole, and the one after it too', () => {
    const body = 'b'.repeat(3 << 20)
    const answer = createAnswering({ present: () => ({ headers: [], body }) })
    const caller = { requestId: 'request-1', header: () => undefined }
    const denial: Deny = {
      ...{ kind: 'deny', reason: 'no_policy', status: 404, headers: [['a', 'b']] },
      ...{ content: 'page', ways: [], about: {} },
    }
    expect(decodeCheckResponse(answer(denial, caller).response)).toMatchObject({
      deniedResponse: { status: { code: 404 }, body },
    })
    const small = answer({ ...denial, content: 'none' }, caller).response
    expect(decodeCheckResponse(small)).toMatchObject({ deniedResponse: { body: '' } })
    expect(small.length).toBeLessThan(200)
  })
})
