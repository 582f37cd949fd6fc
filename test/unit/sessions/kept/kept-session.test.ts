import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OpenSession } from '../../../../src/core/session/session-store.ts'
import {
  keptBytes,
  keptId,
  keptShared,
  keptTicket,
  keptVersion,
  openKept,
  sharedOf,
} from '../../../../src/sessions/kept/kept-session.ts'
import {
  packedEnd,
  packedRoom,
  readPacked,
  writePacked,
} from '../../../../src/sessions/kept/packed-text.ts'
import { aSession } from '../../../support/builders.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 60 })
const base64url = fc
  .uint8Array({ maxLength: 90 })
  .map((it) => Buffer.from(it).toString('base64url'))
const token = fc.oneof(
  anyText,
  base64url,
  fc.array(base64url, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.')),
  fc.constantFrom('', '.', '..', 'a', 'ab.', '.abc', 'a.b.c', 'abcd=', 'x'.repeat(70_000)),
  fc.constantFrom('.'.repeat(300), `${'a'.repeat(65_536)}.b`, '\ud800', 'ü.ü', 'a\u0000b'),
)
const json = fc.jsonValue({ maxDepth: 3 })
const claims = fc.dictionary(anyText, json, { maxKeys: 6 }).map((it) => ({ sub: 'alice', ...it }))
const time = fc.integer({ min: 0, max: 4_000_000_000_000 })

/** As JSON has it, which is how every session was written that is read. */
const asRead = (session: OpenSession): OpenSession => JSON.parse(JSON.stringify(session))

const opens: fc.Arbitrary<OpenSession> = fc
  .record({
    id: token,
    ticket: token,
    version: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    keyId: anyText,
    session: fc.record(
      {
        tenant: anyText,
        client: anyText,
        host: anyText,
        issuer: anyText,
        clientId: anyText,
        subject: anyText,
        sid: anyText,
        address: anyText,
        agent: anyText,
        binding: fc.record({ agent: anyText, network: anyText }, { requiredKeys: [] }),
        tokens: fc.record(
          {
            accessToken: token,
            accessTokenExpiresAtMs: time,
            refreshToken: token,
            idToken: token,
            claims,
            accessTokenClaims: claims,
            userinfo: claims,
            scopes: fc.array(anyText, { maxLength: 4 }),
            ofALaterVersion: json,
          },
          { requiredKeys: ['accessToken', 'claims', 'scopes'] },
        ),
        tokensReceivedAtMs: time,
        createdAtMs: time,
        lastSeenAtMs: time,
        absoluteExpiresAtMs: time,
        idleTimeoutMs: time,
        login: fc.record({ attempt: anyText, returnPath: anyText }),
        ofALaterVersion: json,
      },
      {
        requiredKeys: [
          'tenant',
          'client',
          'host',
          'issuer',
          'clientId',
          'subject',
          'tokens',
          'tokensReceivedAtMs',
          'createdAtMs',
          'lastSeenAtMs',
          'absoluteExpiresAtMs',
          'idleTimeoutMs',
        ],
      },
    ),
  })
  .map((it) => asRead(it as OpenSession))

describe('a session that is kept', () => {
  it('comes back as it was, with all that a later version may have added', () => {
    fc.assert(
      fc.property(opens, fc.integer({ min: 0, max: 2 ** 32 - 1 }), (open, shared) => {
        const bytes = Buffer.from(keptBytes(open, shared))
        expect(openKept(bytes, sharedOf(open))).toEqual(open)
        expect([keptVersion(bytes), keptShared(bytes)]).toEqual([open.version, shared])
        expect([keptTicket(bytes), keptId(bytes)]).toEqual([open.ticket, open.id])
      }),
    )
  })

  it('is no view of the bytes that it was read from', () => {
    const open: OpenSession = {
      id: 'id',
      ticket: 'ticket',
      version: 3,
      keyId: 'key',
      session: aSession(1_000),
    }
    const bytes = Buffer.from(keptBytes(open, 1))
    const opened = openKept(bytes, sharedOf(open))
    bytes.fill(0)
    expect(opened).toEqual(open)
  })

  it('of a thousand bytes of token needs three quarters of them', () => {
    const session = aSession(1_000)
    const accessToken = Buffer.alloc(750, 7).toString('base64url')
    const tokens = { ...session.tokens, accessToken }
    const open = { id: 'id', ticket: 'ticket', version: 1, keyId: 'key', session }
    const small = keptBytes(
      { ...open, session: { ...session, tokens: { ...tokens, accessToken: '' } } },
      1,
    ).length
    expect(keptBytes({ ...open, session: { ...session, tokens } }, 1)).toHaveLength(small + 750)
  })
})

describe('packed text', () => {
  it('comes back as it was, from any place, in the room that was said', () => {
    fc.assert(
      fc.property(token, fc.integer({ min: 0, max: 9 }), (text, from) => {
        const target = Buffer.alloc(from + packedRoom(text), 0xff)
        const end = writePacked(target, from, text)
        expect(end).toBeLessThanOrEqual(target.length)
        expect(readPacked(target, from)).toBe(text)
        expect(packedEnd(target, from)).toBe(end)
      }),
    )
  })
})
