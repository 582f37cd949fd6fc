import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseAdminTokens } from '../../../../src/http/sessions-api/admin-tokens.ts'
import {
  createSessionsApi,
  type SessionsApi,
} from '../../../../src/http/sessions-api/sessions-api.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { keepSessions } from '../../../support/session-keeping.ts'
import { sallyport, sallyportWith } from '../run.ts'

const LINE = `alice ${'t'.repeat(40)}`

let folder: string
let tokenFile: string
let server: string
let api: SessionsApi
let keeping: ReturnType<typeof keepSessions>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-sessions-'))
  tokenFile = join(folder, 'token')
  writeFileSync(tokenFile, `${LINE}\n`)
  keeping = keepSessions()
  const { tokens } = parseAdminTokens(LINE)
  api = createSessionsApi({
    listen: '127.0.0.1:0',
    directory: keeping.directory,
    newBudget: () => unlimited,
    clock: keeping.clock,
    tokens: () => tokens,
    audit: () => undefined,
    onError: () => undefined,
    after: () => () => undefined,
  })
  server = `http://127.0.0.1:${(await api.start()).port}`
})

afterEach(async () => {
  await api.stop()
  rmSync(folder, { recursive: true })
})

const sessions = (...argv: readonly string[]) =>
  sallyport('sessions', ...argv, '--server', server, '--token-file', tokenFile)

describe('sallyport sessions list', () => {
  test('prints a table: who, where, since when, and until when', async () => {
    const { id } = await keeping.login()
    await keeping.login({ subject: 'bob', host: 'api.example.com' })
    const { code, out, err } = await sessions('list')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const [head = '', ...rows] = out.trimEnd().split('\n')
    expect(head.split(/ {2,}/)).toEqual([
      'ID',
      'SUBJECT',
      'CLIENT',
      'HOST',
      'CREATED',
      'LAST SEEN',
      'EXPIRES',
    ])
    expect(rows).toHaveLength(2)
    const row = rows.find((line) => line.startsWith(id))
    expect(row).toMatch(/ alice +shop\/shop +shop\.example\.com +2\d{3}-[\d:T-]+Z +/)
  })

  test('shows address and agent where they are recorded, and nothing that a terminal acts on', async () => {
    await keeping.login({ address: '192.0.2.7', agent: 'Fire\u001b[31mfox\u202e' })
    const { out } = await sessions('list')
    expect(out).toContain('ADDRESS')
    expect(out).toContain('192.0.2.7')
    expect(out).toContain('Fire\\u001b[31mfox\\u202e')
  })

  test('says which sessions are bound to a device, and of one when it proved itself last', async () => {
    const offeredAtMs = Date.UTC(2026, 10, 23, 9)
    const key = { algorithm: 'ES256', jwk: { x: 'secret' }, thumbprint: 'print' } as const
    const bound = { key, boundAtMs: offeredAtMs + 1_000, provenAtMs: offeredAtMs + 61_500 }
    const { id } = await keeping.login({ device: { offeredAtMs, bound } })
    const other = await keeping.login({ device: { offeredAtMs } })
    await keeping.login()
    const { out } = await sessions('list')
    expect(out.split('\n')[0]).toMatch(/EXPIRES +DEVICE$/)
    expect(out).toMatch(new RegExp(`${id} .* bound \\(ES256\\)\n`))
    expect(out).toMatch(new RegExp(`${other.id} .* not bound\n`))
    expect((await sessions('show', id)).out).toMatch(
      /DEVICE: +bound \(ES256\)\nBOUND: +2026-11-23T09:00:01Z\nLAST PROOF: +2026-11-23T09:01:01Z\n/,
    )
    expect((await sessions('show', other.id)).out).toMatch(/DEVICE: +not bound\n$/)
    const { device } = JSON.parse((await sessions('show', id, '-o', 'json')).out)
    expect(device).toEqual({
      bound: true,
      algorithm: 'ES256',
      boundAt: '2026-11-23T09:00:01.000Z',
      lastProofAt: '2026-11-23T09:01:01.500Z',
    })
    expect(JSON.parse((await sessions('show', other.id, '-o', 'json')).out).device).toEqual({
      bound: false,
    })
  })

  test('filters, pages, and says how to go on', async () => {
    await keeping.login({ client: 'wiki/wiki' })
    const mine = [await keeping.login(), await keeping.login()]
    const first = await sessions('list', '--client', 'shop/shop', '--limit', '1', '-o', 'json')
    const { sessions: page, next } = JSON.parse(first.out)
    const second = await sessions('list', '-c', 'shop/shop', '--limit', '1', '--after', next)
    expect(page).toHaveLength(1)
    expect(second.out).toContain(mine.find(({ id }) => id !== page[0].id)?.id)
    expect(second.err).toBe('')
    expect((await sessions('list', '--limit', '1')).err).toMatch(/^There may be more: --after /)
    const none = await sessions('list', '--subject', 'nobody')
    expect(none).toEqual({ code: 0, out: '', err: 'There are no such sessions.\n' })
  })

  test('tells what the server finds wrong', async () => {
    const { code, out, err } = await sessions('list', '--client', 'shop', '--limit', '0')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toBe(
      'sallyport: client must be the namespace and name of an OIDCClient, such as shop/shop. limit must be a whole number from 1 to 1000.\n',
    )
  })
})

test('sallyport sessions show prints one, a field a line, or says that there is none', async () => {
  const { id, session } = await keeping.login({ sid: 'at-idp' })
  const { code, out } = await sessions('show', id)
  expect(code).toBe(0)
  for (const text of [id, 'alice', session.issuer, 'shop/shop', 'shop.example.com', 'at-idp']) {
    expect(out).toContain(text)
  }
  expect(JSON.parse((await sessions('show', id, '--output', 'json')).out).id).toBe(id)
  for (const wrong of ['A'.repeat(43), 'x', '..', '../../sessions']) {
    const { code: missing, err } = await sessions('show', wrong)
    expect(missing).toBe(1)
    expect(err).toMatch(/^sallyport: There (?:is no such session|are \/v1\/sessions)/)
  }
})

describe('sallyport sessions revoke', () => {
  test('ends one session, those of a subject, of a client, or everything', async () => {
    const one = await keeping.login()
    const others = [
      await keeping.login(),
      await keeping.login({ client: 'wiki/wiki' }),
      await keeping.login({ subject: 'bob', client: 'wiki/wiki' }),
    ]
    const open = () => Promise.all([one, ...others].map(keeping.isOpen))
    expect((await sessions('revoke', '--session', one.id)).out).toBe('Ended 1 session.\n')
    expect(await open()).toEqual([false, true, true, true])
    const { issuer } = one.session
    const subject = ['--subject', 'alice', '--issuer', issuer, '--client', 'wiki/wiki']
    expect((await sessions('revoke', ...subject)).out).toBe('Ended 1 session.\n')
    expect(await open()).toEqual([false, true, false, true])
    expect((await sessions('revoke', '--client', 'wiki/wiki')).out).toBe('Ended 1 session.\n')
    expect(await open()).toEqual([false, true, false, false])
    const everything = await sessions('revoke', '--everything', '--yes', '-o', 'json')
    expect(JSON.parse(everything.out)).toEqual({ ended: 1 })
    expect((await sessions('revoke', '--subject', 'alice')).out).toBe('Ended 0 sessions.\n')
    const gone = await sessions('revoke', '--session', one.id)
    expect(gone).toMatchObject({ code: 1, err: expect.stringContaining('no such session') })
  })

  test.each([
    [[], 'Say what is to end: --session, --subject, --client or --everything.'],
    [['--everything'], '--everything signs everybody out: say --yes as well'],
    [['--everything', '--yes', '--subject', 'a'], 'exclude each other: keep one.'],
    [['--session', 'x', '--client', 'a/b'], 'exclude each other: keep one.'],
    [['--client', 'a/b', '--issuer', 'https://sso'], '--issuer needs --subject.'],
  ])('%j is not understood, and ends nothing', async (argv, message) => {
    const open = await keeping.login()
    const { code, err } = await sessions('revoke', ...argv)
    expect(code).toBe(2)
    expect(err).toContain(message)
    expect(err).toContain('See `sallyport sessions revoke --help`.')
    expect(await keeping.isOpen(open)).toBe(true)
  })
})

describe('the connection of sallyport sessions', () => {
  const list = (...argv: readonly string[]) => sallyport('sessions', 'list', ...argv)

  test('comes from the environment as well; options win', async () => {
    const environment = { SALLYPORT_SERVER: server, SALLYPORT_TOKEN_FILE: tokenFile }
    expect((await sallyportWith(environment, 'sessions', 'list')).code).toBe(0)
    const elsewhere = { ...environment, SALLYPORT_SERVER: 'http://127.0.0.1:1' }
    expect((await sallyportWith(elsewhere, 'sessions', 'list')).code).toBe(1)
    const won = await sallyportWith(elsewhere, 'sessions', 'list', '--server', server)
    expect(won.code).toBe(0)
  })

  test.each([
    [[], '--server is missing'],
    [['--server', 'shop'], '--server must be https:// or http://'],
    [['--server', 'ftp://shop'], '--server must be https:// or http://'],
    [['--server', 'https://shop/path'], '--server must be https:// or http://'],
    [['--server', 'https://me:secret@shop'], '--server must be https:// or http://'],
  ])('%j is not understood', async (argv, message) => {
    const { code, err } = await list(...argv)
    expect(code).toBe(2)
    expect(err).toContain(message)
    expect(err).not.toContain('secret')
  })

  test('a certificate needs its key, and https', async () => {
    const alone = await list('--server', 'https://127.0.0.1', '--cert-file', tokenFile)
    expect(alone).toMatchObject({ code: 2, err: expect.stringContaining('go together') })
    const plain = await list('--server', server, '--ca-file', tokenFile)
    expect(plain).toMatchObject({ code: 2, err: expect.stringContaining('need a --server') })
  })

  test('a file that is not there, a wrong token and a server that is not there are told', async () => {
    const missing = await list('--server', server, '--token-file', join(folder, 'nowhere'))
    expect(missing.code).toBe(1)
    expect(missing.err).toMatch(/^sallyport: --token-file names .*nowhere, which is not there/)
    writeFileSync(tokenFile, 'x'.repeat(40))
    const wrong = await list('--server', server, '--token-file', tokenFile)
    expect(wrong).toEqual({
      code: 1,
      out: '',
      err: 'sallyport: The credentials are missing, or are not among those that count.\n',
    })
    const away = await list('--server', 'http://127.0.0.1:1')
    expect(away.code).toBe(1)
    expect(away.err).toMatch(/^sallyport: http:\/\/127\.0\.0\.1:1 does not answer: /)
    const encrypted = await list('--server', server.replace('http:', 'https:'))
    expect(encrypted.code).toBe(1)
    expect(encrypted.err).toContain('the TLS handshake failed: write http:// if it speaks no TLS')
  })

  test('another kind of server is told, and its text is not shown', async () => {
    const other = createServer((_, response) => response.end('<h1>\u001b[31mhello</h1>'))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const { code, err } = await list('--server', `http://127.0.0.1:${port}`)
    other.close()
    expect(code).toBe(1)
    expect(err).toBe(
      `sallyport: http://127.0.0.1:${port} does not answer as the admin API of Sallyport does.\n`,
    )
  })
})
