import { describe, expect, it } from 'vitest'
import type { AdminUse } from '../../../src/core/console/admin-use.ts'
import { createAudit } from '../../../src/observability/audit.ts'
import type { Fields } from '../../../src/observability/lines/redact.ts'
import type { SubjectNaming } from '../../../src/observability/lines/subject-member.ts'

const done: AdminUse = {
  who: 'alice',
  remoteAddress: '192.0.2.7',
  action: 'end',
  outcome: 'done',
  status: 200,
  selector: { subject: 'bob@example.com', issuer: 'https://sso.example.com', client: 'shop/shop' },
  count: 3,
}

const setUp = (subject: SubjectNaming = { kind: 'hash' }) => {
  const lines: Fields[] = []
  const ended: string[] = []
  const audit = createAudit({
    logger: { always: (message, fields) => void lines.push({ message, ...fields }) },
    metrics: { countEnded: (cause, count) => void ended.push(`${cause} ${count}`) },
    subjectHash: (subject) => `hash of ${subject.length}`,
    subject,
  })
  return { lines, ended, audit }
}

describe('the audit line', () => {
  it('names subjects in the clear as well where the log does', () => {
    const { lines, audit } = setUp({ kind: 'claim', claim: 'sub' })
    audit(done)
    expect(lines[0]).toMatchObject({ subject: 'bob@example.com', subjectHash: 'hash of 15' })
  })

  it('names nobody by the subject where the log has another claim under that name', () => {
    const { lines, audit } = setUp({ kind: 'claim', claim: 'email' })
    audit(done)
    expect(lines[0]).toMatchObject({ subjectHash: 'hash of 15' })
    expect(lines[0]).not.toHaveProperty('subject')
  })

  it('says who did what to whom, how many, and from where; subjects are keyed hashes', () => {
    const { lines, ended, audit } = setUp()
    audit(done)
    expect(lines).toEqual([
      {
        message: 'audit',
        audit: true,
        who: 'alice',
        action: 'end',
        outcome: 'done',
        status: 200,
        subjectHash: 'hash of 15',
        issuer: 'https://sso.example.com',
        client: 'shop/shop',
        count: 3,
        remoteAddress: '192.0.2.7',
      },
    ])
    expect(ended).toEqual(['admin 3'])
  })

  it('counts what was ended, not what was listed', () => {
    const { ended, audit } = setUp()
    audit({ ...done, action: 'list' })
    audit({ ...done, selector: { everything: true }, count: 0 })
    expect(ended).toEqual(['admin 0'])
  })

  it('is one line whatever it is given, and holds nothing that looks like a secret', () => {
    const { lines, audit } = setUp()
    audit({
      ...done,
      who: 'CN\u202e\n\u0000',
      selector: { host: `s1.${'a'.repeat(24)}.${'b'.repeat(44)}`, id: 'x'.repeat(2000) },
      detail: 'authorization: Bearer abcdefgh',
    })
    const text = JSON.stringify(lines)
    expect(text).not.toMatch(/\u202e|\\n|abcdefgh|aaaa|bbbb/)
    expect(text.length).toBeLessThan(2000)
  })
})
