import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AdminToken,
  bearerOf,
  findAdminToken,
  parseAdminTokens,
} from '../../../../src/http/sessions-api/admin-tokens.ts'

const ALICE = 'a'.repeat(64)
const BOB = 'b'.repeat(32)

const foundBy = (tokens: readonly AdminToken[], header: string | undefined) =>
  findAdminToken(tokens, bearerOf(header))?.name

describe('the tokens of the admin API', () => {
  it('stand one a line behind a name; comments and empty lines do not count', () => {
    const { tokens, problems } = parseAdminTokens(
      `# for people\nalice ${ALICE}\r\n\n  bob@ops\t${BOB}  \n`,
    )
    expect(problems).toEqual([])
    expect(tokens.map(({ name }) => name)).toEqual(['alice', 'bob@ops'])
    expect(foundBy(tokens, `Bearer ${ALICE}`)).toBe('alice')
    expect(foundBy(tokens, `bearer  ${BOB}`)).toBe('bob@ops')
  })

  it('R34: whatever is presented, nobody is found but by a whole token', () => {
    const { tokens } = parseAdminTokens(`alice ${ALICE}`)
    const near = fc.constantFrom(ALICE.slice(1), `${ALICE}a`, `${ALICE},${ALICE}`, `${ALICE} b`)
    const sent = fc.oneof(
      fc.string(),
      near,
      near.map((text) => `Bearer ${text}`),
    )
    fc.assert(
      fc.property(sent, (text) => {
        expect(foundBy(tokens, text)).toBeUndefined()
      }),
    )
  })

  it('R34: whatever a file holds, is read or told, line by line, and never shown', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom(ALICE, `alice ${ALICE}`, `# ${BOB}`))
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { tokens, problems } = parseAdminTokens(lines.join('\n'))
        expect(tokens.length + problems.length).toBeGreaterThan(0)
        expect(problems.join()).not.toContain(ALICE)
      }),
    )
  })

  it('every line that is wrong is told with its number, and never with its token', () => {
    const { tokens, problems } = parseAdminTokens(
      [ALICE, 'bob short', `c\u00fc ${BOB}`, `dora ${BOB}`, 'erik a b c'].join('\n'),
    )
    expect(tokens.map(({ name }) => name)).toEqual(['dora'])
    expect(problems).toEqual([
      'line 1 must be a name of letters, digits, `.`, `_`, `@` and `-`, a space, and a token.',
      'line 2 must hold a token of 32 to 512 letters, digits and `._~+/-`: make one with `openssl rand -hex 32`.',
      'line 3 must be a name of letters, digits, `.`, `_`, `@` and `-`, a space, and a token.',
      'line 5 must hold a token of 32 to 512 letters, digits and `._~+/-`: make one with `openssl rand -hex 32`.',
    ])
    expect(problems.join()).not.toContain(ALICE)
  })

  it('have the roles that stand behind them, and all of them without any', () => {
    const { tokens, problems } = parseAdminTokens(
      [
        `a ${ALICE}`,
        `b ${ALICE} view`,
        `c ${ALICE}  end-sessions`,
        `d ${ALICE} end-sessions, view`,
        `e ${ALICE} admin`,
        `f ${ALICE} ${BOB}`,
        `g ${ALICE} view,`,
      ].join('\n'),
    )
    expect(tokens.map(({ name, roles }) => [name, ...roles])).toEqual([
      ['a', 'view', 'end-sessions'],
      ['b', 'view'],
      ['c', 'view', 'end-sessions'],
      ['d', 'view', 'end-sessions'],
    ])
    expect(problems).toEqual(
      [5, 6, 7].map(
        (line) =>
          `line ${line} must end behind the token, or name a role there: \`view\`, or \`end-sessions\`, which sees as well.`,
      ),
    )
    expect(problems.join()).not.toContain(BOB)
  })

  it('are found by the hash of one that was shown before, and by no other', () => {
    const { tokens } = parseAdminTokens(`alice ${ALICE}`)
    const hash = createHash('sha256').update(ALICE).digest('base64url')
    expect(findAdminToken(tokens, { kind: 'hash', hash })?.name).toBe('alice')
    for (const other of ['', hash.slice(1), `${hash}AA`, ALICE]) {
      expect(findAdminToken(tokens, { kind: 'hash', hash: other })).toBeUndefined()
    }
    expect(findAdminToken(tokens, { kind: 'token', token: hash })).toBeUndefined()
  })

  it('a file without any is a problem', () => {
    for (const text of ['', '\n\n', '# nothing yet\n']) {
      expect(parseAdminTokens(text)).toEqual({ tokens: [], problems: ['it holds no token.'] })
    }
  })

  it('nothing but a whole token behind Bearer is one', () => {
    const { tokens } = parseAdminTokens(`alice ${ALICE}`)
    const wrong = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      ALICE,
      `Basic ${ALICE}`,
      `Bearer ${ALICE.slice(1)}`,
      `Bearer ${ALICE}a`,
      `Bearer ${ALICE} ${ALICE}`,
      `Bearer ${ALICE.toUpperCase()}`,
    ]
    for (const header of wrong) expect(foundBy(tokens, header)).toBeUndefined()
    expect(foundBy([], `Bearer ${ALICE}`)).toBeUndefined()
  })
})
