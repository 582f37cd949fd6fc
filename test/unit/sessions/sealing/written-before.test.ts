import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Session } from '../../../../src/core/session/session.ts'
import { createSubjectHash } from '../../../../src/observability/lines/subject-hash.ts'
import { openRecord, sealRecord } from '../../../../src/sessions/sealing/record.ts'
import { createSeal } from '../../../../src/sessions/sealing/seal.ts'
import { openText, type RecordBinding } from '../../../../src/sessions/sealing/sealed-text.ts'
import { entryOf, openEntry } from '../../../../src/sessions/session-entry.ts'
import { createSessionNames } from '../../../../src/sessions/session-names.ts'
import { parseTicket, recordIdOf } from '../../../../src/sessions/ticket.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

/** What a build of 25 November 2026 wrote, when keys were bytes and 2 KiB were packed. */
interface WrittenBefore {
  readonly keyName: string
  readonly ticket: string
  readonly id: string
  readonly session: Session
  /** The session with so many groups; in base64. */
  readonly records: readonly {
    readonly groups: number
    readonly version: number
    readonly record: string
  }[]
  readonly form: { readonly text: string; readonly record: string }
  readonly messages: readonly { readonly text: string; readonly sealed: string }[]
  readonly entry: string
  readonly sets: readonly string[]
  readonly subjectHash: string
}

const before: WrittenBefore = JSON.parse(
  readFileSync(new URL('written-before.json', import.meta.url), 'utf8'),
)
const { session } = before
const keys = keysOf(before.keyName)
const names = createSessionNames('sallyport', keys)
const seal = createSeal({ keys, random: seededRandom('written now') })
const ticket = parseTicket(before.ticket)
if (ticket === undefined) throw new Error('The ticket of the fixture is none.')
const binding: RecordBinding = {
  tenant: session.tenant,
  storeKey: names.record(recordIdOf(ticket)),
  ticketSecret: ticket.secret,
}

const withGroups = (count: number): Session => {
  const groups = Array.from({ length: count }, (_, at) => `/departments/shop/team-${at}`)
  return { ...session, tokens: { ...session.tokens, claims: { sub: 'alice', groups } } }
}

const ENCODING_AT = 5

describe('what an earlier build wrote', () => {
  it.each(before.records)('is read: a session of $groups groups', ({ groups, version, record }) => {
    expect(openRecord(keys, binding, Buffer.from(record, 'base64'))).toEqual({
      version,
      keyId: keys.newest().id,
      session: withGroups(groups),
    })
  })

  it('is read: a form', () => {
    const opened = openText(keys, 'form record', binding, Buffer.from(before.form.record, 'base64'))
    expect(opened?.text).toBe(before.form.text)
  })

  it.each(before.messages)('is read: a sealed message', ({ text, sealed }) => {
    expect(seal.open(['login', session.tenant], sealed)).toBe(text)
  })

  it('is found: by its id, in its sets, and in the log', () => {
    expect(recordIdOf(ticket)).toBe(before.id)
    const { accessTokenDigest: _, ...known } = entryOf(before.id, session)
    expect(openEntry(seal, before.id, Buffer.from(before.entry))).toEqual(known)
    expect([
      names.set({ kind: 'subject', subject: 'alice' }),
      names.set({ kind: 'client', client: 'shop/shop' }),
      names.set({ kind: 'all' }),
    ]).toEqual(before.sets)
    const hash = createSubjectHash(() => keys.newest().derive('subject hash'))
    expect(hash('alice')).toBe(before.subjectHash)
  })
})

describe('what is written now', () => {
  it('is plain up to 8 KiB and packed beyond, in the encodings that were always read', () => {
    const deps = { keys, random: seededRandom('encodings') }
    const encodings = [0, 20, 200, 1_000].map((groups) => {
      const record = sealRecord(deps, binding, { version: 1, session: withGroups(groups) })
      return record[ENCODING_AT]
    })
    const wasPacked = before.records.map(({ record }) => Buffer.from(record, 'base64')[ENCODING_AT])
    expect(wasPacked).toEqual([0, 0, 1, 1])
    expect(encodings).toEqual([0, 0, 0, 1])
  })
})
