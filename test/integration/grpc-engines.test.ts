import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Check, CheckFacts } from '../../src/core/check.ts'
import { deny } from '../../src/core/decision/deny.ts'
import { Fault } from '../../src/core/reason/fault.ts'
import type { Request } from '../../src/core/request/request.ts'
import { dice } from '../support/dice.ts'
import type { Engine } from '../support/engine-under-test.ts'
import { anAllow, type RunningGrpcServer, startGrpcServer } from '../support/grpc-server.ts'
import {
  DIFFERENCES,
  HELD_PATH,
  type OddCheck,
  oddCheck,
  plainCheck,
} from '../support/odd-checks.ts'

const SEED = 20_261_129
const CALLS = 3_000
const BATCH = 50

/** Longer than a check is held by anything but its own deadline. */
const BUDGET_MS = 600_000

/** Tells when everything before it was observed. */
const LAST_PATH = '/last'
const LAST = plainCheck(LAST_PATH)

/** What a caller gets: every field of the response, wherever it stands, and the message. */
interface Outcome {
  readonly fields: Readonly<Record<string, unknown>>
  readonly body: string
  readonly resetBy: number
}

interface UnderTest {
  readonly server: RunningGrpcServer
  readonly session: ClientHttp2Session
  /** How many checks have been begun that are held. */
  readonly held: () => number
}

const startEngine = async (engine: Engine): Promise<UnderTest> => {
  let held = 0
  const check: Check = (request, budget) => {
    if (request.path.raw === HELD_PATH) {
      held += 1
      return new Promise((_, reject) => {
        budget.signal.addEventListener('abort', () => reject(new Fault('internal', 'Over.')))
      })
    }
    if (request.method === 'OPTIONS') throw new Fault('internal', 'Broken.')
    return request.method === 'POST' ? deny('claim_mismatch') : anAllow
  }
  const server = await startGrpcServer({ engine, check, budgetMs: BUDGET_MS })
  const session = connect(`http://${server.target}`)
  session.on('error', () => undefined)
  onTestFinished(() => session.destroy())
  return { server, session, held: () => held }
}

const call = async (under: UnderTest, odd: OddCheck): Promise<Outcome> => {
  const { session, server, held } = under
  const gone = (): number =>
    server.facts.filter(({ verdict }) => verdict.reason === 'caller_gone').length
  const before = { held: held(), gone: gone() }
  const stream = session.request({ ...odd.headers })
  stream.on('error', () => undefined)
  const fields = {}
  const parts: Buffer[] = []
  stream.on('response', (headers) => Object.assign(fields, { ...headers }))
  stream.on('trailers', (trailers) => Object.assign(fields, { ...trailers }))
  stream.on('data', (part: Buffer) => parts.push(part))
  const closed = new Promise((resolve) => stream.once('close', resolve))
  const [last = Buffer.alloc(0), ...earlier] = odd.data.toReversed()
  for (const part of earlier.toReversed()) stream.write(part)
  stream.end(last)
  if (odd.fate === 'cancelled') {
    await vi.waitFor(() => expect(held()).toBe(before.held + 1))
    stream.close(constants.NGHTTP2_CANCEL)
    await vi.waitFor(() => expect(gone()).toBe(before.gone + 1))
  }
  await closed
  const body = Buffer.concat(parts).toString('hex')
  return { fields: compared(fields), body, resetBy: stream.rstCode ?? 0 }
}

/**
 * The fields of a response but for those in which engines may differ, as no caller reads anything
 * into them: the time of day; `grpc-encoding: identity` and the message `OK`, which are what their
 * absence says; and which compressions are taken, none by the native engine. Messages are compared
 * as they are meant: it is up to the sender which characters are written as `%20`.
 */
const compared = (fields: Readonly<Record<string, unknown>>): Outcome['fields'] => {
  const {
    date: _date,
    'grpc-encoding': _encoding,
    'grpc-accept-encoding': _accepted,
    'grpc-message': message,
    ...same
  } = fields
  const isOk = fields['grpc-status'] === '0'
  return isOk ? same : { ...same, message: decodeURIComponent(String(message)) }
}

const plainRequest = (request: Request) => {
  const { id, method, host, authority, path, encoding, room, contextExtensions } = request
  const names = [...request.headerNames()]
  const headers = names.map((name) => [name, request.header(name.toLowerCase())])
  const { address, body } = request
  return {
    id,
    method,
    host,
    authority,
    path,
    encoding,
    room,
    contextExtensions,
    address,
    body,
    headers,
  }
}

/** Everything that was observed, but for the time that it took. */
const plain = ({ durationMs: _, request, ...facts }: CheckFacts) => ({
  ...facts,
  request: request === undefined ? undefined : plainRequest(request),
})

/** Makes the calls one after the other; their outcomes, and what was observed of them. */
const callAll = async (under: UnderTest, odd: readonly OddCheck[]) => {
  const from = under.server.facts.length
  const outcomes: (Outcome & { readonly about: string })[] = []
  for (const each of odd) outcomes.push({ about: each.about, ...(await call(under, each)) })
  await call(under, LAST)
  const isLast = ({ request }: CheckFacts): boolean => request?.path.raw === LAST_PATH
  await vi.waitFor(() => expect(under.server.facts.slice(from).some(isLast)).toBe(true))
  return { outcomes, facts: under.server.facts.slice(from).map(plain) }
}

it(`${CALLS} calls have the same outcome with both engines`, async () => {
  const roll = dice(SEED)
  const [native, reference] = await Promise.all([startEngine('native'), startEngine('grpc-js')])
  for (let done = 0; done < CALLS; done += BATCH) {
    const odd = Array.from({ length: BATCH }, () => oddCheck(roll))
    const [ours, theirs] = await Promise.all([callAll(native, odd), callAll(reference, odd)])
    expect(ours).toEqual(theirs)
  }
})

const statusOf = ({ fields, resetBy }: Outcome): string => {
  const http = fields[':status']
  if (http === undefined) return `reset ${resetBy}`
  return http === 200 ? `gRPC ${fields['grpc-status']}` : `HTTP ${http}`
}

it.each(DIFFERENCES)('$call.about: $why', async ({ call: odd, native, reference }) => {
  const engines = await Promise.all([startEngine('native'), startEngine('grpc-js')])
  const [ours, theirs] = await Promise.all(engines.map((engine) => call(engine, odd)))
  expect([ours, theirs].map((each) => each && statusOf(each))).toEqual([native, reference])
})
