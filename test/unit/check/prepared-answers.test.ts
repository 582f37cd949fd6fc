import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAuthenticate } from '../../../src/check/authenticate.ts'
import { createCheck } from '../../../src/check/check.ts'
import type { Allow, PreparedAllow, Verdict } from '../../../src/core/decision/decision.ts'
import type { Request } from '../../../src/core/request/request.ts'
import { createAnswering } from '../../../src/grpc/response.ts'
import { classify } from '../../../src/policy/applying/classify.ts'
import { evaluate } from '../../../src/policy/applying/evaluate.ts'
import { unlimited } from '../../support/check-ports.ts'
import { aWorld, type Step, sequences, type World } from '../../support/check-sequences.ts'
import { plainForward, plainPublic } from '../../support/plain-answers.ts'
import { present } from '../../support/present.ts'

const answer = createAnswering({ present })

/** What a check comes to, and its answer, without what says which part was prepared. */
const told = (verdict: Verdict, request: Request) => {
  const { prepared: _, ...plain } = { prepared: undefined, ...verdict }
  return { plain, response: answer(verdict, { requestId: request.id, header: request.header }) }
}

/** Refreshes behind answers are done when everything that is ready has had its turn. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The verdict as it was made before anything was prepared; `undefined` where it is no allow. */
const plainVerdict = async (world: World, request: Request): Promise<Verdict | undefined> => {
  const found = world.ports.policies.find(request)
  if (found.kind !== 'found') return undefined
  const { policy } = found
  const intent = classify(policy, request)
  if (intent.kind === 'public') return plainPublic(request, policy, intent.rule)
  if (intent.kind !== 'protected') return undefined
  const authenticate = createAuthenticate(world.ports)
  const authentication = await authenticate(request, policy, intent.rule, unlimited)
  if (authentication.kind !== 'authenticated') return undefined
  const { identity } = authentication
  if (evaluate(intent.rule.authorize, identity).kind !== 'permitted') return undefined
  return plainForward(request, policy, intent.rule, identity)
}

const expectHonest = ({ setHeaders, removeHeaders, prepared }: Allow): void => {
  if (prepared === undefined) return
  const { setHeaders: set, removeHeaders: remove } = prepared
  expect(setHeaders.slice(0, set.length)).toEqual(set)
  expect(removeHeaders.slice(0, remove.length)).toEqual(remove)
  if (setHeaders.length === set.length) expect(setHeaders).toBe(set)
  if (removeHeaders.length === remove.length) expect(removeHeaders).toBe(remove)
  const names = setHeaders.map(([name]) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(removeHeaders.filter((name) => names.includes(name))).toEqual([])
  expect(Object.isFrozen(prepared) && Object.isFrozen(set) && Object.isFrozen(remove)).toBe(true)
}

const MET = [
  ...['allowed', 'public', 'claim_mismatch', 'insufficient_scope', 'headers_too_large'],
  ...['login_required', 'session_unknown', 'session_ended', 'token_malformed', 'token_too_large'],
  ...['token_required', 'no_policy', 'malformed_path'],
]

describe('prepared answers', () => {
  it('are those of a check that has never been asked before, and those made of the request alone', async () => {
    const reasons = new Set<string>()
    const seen = new WeakSet<PreparedAllow>()
    let again = 0
    let leftOut = 0

    const note = (verdict: Verdict): void => {
      reasons.add(verdict.reason)
      if (verdict.kind === 'deny') return
      expectHonest(verdict)
      if (verdict.about.leftOut !== undefined) leftOut += 1
      if (verdict.prepared === undefined) return
      if (seen.has(verdict.prepared)) again += 1
      seen.add(verdict.prepared)
    }

    const run = async (steps: readonly Step[]): Promise<void> => {
      const [kept, afresh] = [aWorld({ inPlace: true }), aWorld({ inPlace: false })]
      const check = createCheck(kept.ports)
      for (const step of steps) {
        if (step.kind !== 'check') {
          kept.happen(step)
          afresh.happen(step)
          continue
        }
        const request = kept.requestOf(step)
        const verdict = await check(request, unlimited)
        const expected = await createCheck(afresh.ports)(afresh.requestOf(step), unlimited)
        await settled()
        expect(told(verdict, request)).toEqual(told(expected, request))
        note(verdict)
        const plain = await plainVerdict(afresh, request)
        if (plain !== undefined) expect(told(verdict, request).plain).toEqual(plain)
      }
    }

    await fc.assert(fc.asyncProperty(sequences, run), { numRuns: 500 })
    expect([...reasons]).toEqual(expect.arrayContaining(MET))
    expect(again).toBeGreaterThan(1_000)
    expect(leftOut).toBeGreaterThan(50)
  })
})
