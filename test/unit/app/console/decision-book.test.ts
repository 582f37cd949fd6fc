import { createSecretKey } from 'node:crypto'
import { expect, it } from 'vitest'
import { createDecisionBook } from '../../../../src/app/console/decision-book.ts'
import type { CheckFacts } from '../../../../src/core/check.ts'
import type { RecentDecision } from '../../../../src/core/console/console-data.ts'
import { deny } from '../../../../src/core/decision/deny.ts'
import { createDecisionLine } from '../../../../src/observability/lines/decision-line.ts'
import type { Naming } from '../../../../src/observability/lines/member-names.ts'
import { createSubjectHash } from '../../../../src/observability/lines/subject-hash.ts'
import { createSubjectMember } from '../../../../src/observability/lines/subject-member.ts'
import { aRequest } from '../../../support/builders.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

const subjectHash = createSubjectHash(() => createSecretKey(Buffer.alloc(32, 1)))

const aBook = (naming: Naming = 'sallyport') => {
  const clock = handSetClock()
  const book = createDecisionBook(clock, naming)
  const line = createDecisionLine(
    naming,
    createSubjectMember(subjectHash, { kind: 'hash' }, naming),
  )
  const note = (facts: Partial<CheckFacts> = {}): void =>
    book.note(
      line({
        request: aRequest({ path: '/orders?code=c0de' }),
        requestId: 'r-1',
        verdict: deny('no_policy', { about: { policy: 'shop/shop', subject: 'alice' } }),
        durationMs: 1.5,
        ...facts,
      }),
    )
  return { clock, book, note }
}

it.each(['sallyport', 'opentelemetry'] as const)(
  'a decision is kept as the log has it, by our own names where the log has those of %s',
  (naming) => {
    const { clock, book, note } = aBook(naming)
    note()
    expect(book.recent({})).toEqual([
      {
        number: 1,
        timeMs: clock.nowMs(),
        host: 'shop.example.com',
        decision: 'reject',
        reason: 'no_policy',
        requestId: 'r-1',
        fields: {
          status: '404',
          method: 'GET',
          path: '/orders',
          policy: 'shop/shop',
          subjectHash: subjectHash('alice'),
          durationMs: '1.5',
        },
      },
    ])
  },
)

it('R31: nothing of the query and of no token is kept', () => {
  const { book, note } = aBook()
  const detail = 'It was refused: access_token=s3cr3t-value'
  note({ verdict: deny('provider_unreachable', { detail }) })
  const kept = JSON.stringify(book.recent({}))
  expect(kept).toContain('It was refused')
  expect(kept).not.toMatch(/c0de|s3cr3t/)
})

it('the newest thousand are kept, and the newest come first', () => {
  const { book, note } = aBook()
  for (let nth = 0; nth < 1_250; nth += 1) note({ requestId: `r-${nth}` })
  const ids = book.recent({}).map(({ requestId }) => requestId)
  expect(ids).toHaveLength(1_000)
  expect([ids[0], ids[1], ids.at(-1)]).toEqual(['r-1249', 'r-1248', 'r-250'])
})

it('all parts of a filter have to fit', () => {
  const { book, note } = aBook()
  note({ requestId: 'r-1' })
  note({ requestId: 'r-2', verdict: deny('host_conflict') })
  note({ requestId: 'r-3', request: aRequest({ authority: 'other.example.com' }) })
  const idsFor = (filter: Parameters<typeof book.recent>[0]) =>
    book.recent(filter).map(({ requestId }) => requestId)
  expect(idsFor({ host: 'shop.example.com' })).toEqual(['r-2', 'r-1'])
  expect(idsFor({ host: 'shop.example.com', reason: 'no_policy' })).toEqual(['r-1'])
  expect(idsFor({ requestId: 'r-3' })).toEqual(['r-3'])
  expect(idsFor({ requestId: 'r-3', reason: 'host_conflict' })).toEqual([])
})

it('a follower hears what fits from now on, until it stops; the ninth is refused', () => {
  const { book, note } = aBook()
  note({ requestId: 'before' })
  const heard: RecentDecision[] = []
  const stop = book.follow({ reason: 'no_policy' }, (one) => void heard.push(one))
  note({ requestId: 'r-2' })
  note({ requestId: 'r-3', verdict: deny('host_conflict') })
  const others = Array.from({ length: 7 }, () => book.follow({}, () => undefined))
  expect(others).not.toContain(undefined)
  expect(book.follow({}, () => undefined)).toBeUndefined()
  stop?.()
  expect(book.follow({}, () => undefined)).toBeDefined()
  note({ requestId: 'r-4' })
  expect(heard.map(({ requestId }) => requestId)).toEqual(['r-2'])
})
