import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerBackChannel, readBackChannel } from '../../../src/http/back-channel.ts'
import { unlimited } from '../../support/check-ports.ts'

const PATH = '/backchannel-logout/shop/shop'
const FORM = 'application/x-www-form-urlencoded'

interface Sent {
  readonly path: string
  readonly method: string
  readonly type: string
  readonly body: Uint8Array
}

const requestOf = ({ path, method, type, body }: Sent): IncomingMessage => {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { url: path, method, headers: { 'content-type': type } })
  request.push(body)
  request.push(null)
  return request
}

/** What a request is answered with, and the tokens that were looked at for it. */
const answered = async (sent: Sent) => {
  const tokens: string[] = []
  const asked = await readBackChannel(requestOf(sent))
  if (!('token' in asked)) return { status: asked.status, tokens }
  const reply = await answerBackChannel(asked, {
    logout: async (_, token) => {
      tokens.push(token)
      return { kind: 'refused', detail: 'Its signature is not valid.' }
    },
    newBudget: () => unlimited,
    observe: () => undefined,
  })
  return { status: reply.status, tokens }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const aBody = fc.oneof(
  fc.uint8Array({ maxLength: 20_000 }),
  fc.string({ unit: 'binary' }).map(bytesOf),
  fc
    .array(fc.tuple(fc.constantFrom('logout_token', 'state', ''), fc.string()))
    .map((pairs) => bytesOf(`${new URLSearchParams(pairs)}`)),
)

describe('R34: a back-channel request', () => {
  it('whatever is sent, looks at one token at most, and is answered', async () => {
    const sent = fc.record({
      path: fc.oneof(fc.constantFrom(PATH, `${PATH}?x`, `${PATH}/..`, '*', '//'), fc.string()),
      method: fc.constantFrom('POST', 'POST', 'GET', 'OPTIONS', ''),
      type: fc.oneof(fc.constantFrom(FORM, `${FORM};`, 'text/plain'), fc.string()),
      body: aBody,
    })
    await fc.assert(
      fc.asyncProperty(sent, async (one) => {
        const { status, tokens } = await answered(one)
        expect([400, 404, 405, 413, 415]).toContain(status)
        expect(tokens.length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 300 },
    )
  })

  it('whatever else is in its form, hands over the one token as it was sent', async () => {
    const others = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), others, async (token, more) => {
        const named = more.filter(([name]) => name !== 'logout_token')
        const form = new URLSearchParams([...named, ['logout_token', token]])
        const body = bytesOf(`${form}`)
        const { tokens } = await answered({ path: PATH, method: 'POST', type: FORM, body })
        expect(tokens).toEqual([token.toWellFormed()])
      }),
    )
  })
})
