import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { outboundNotes, outboundOf } from '../../../src/app/outbound.ts'
import { createSelfSigned } from '../../support/parts/tls.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-outbound-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const RULES = { allowInsecureIssuers: false, denyNetworks: ['loopback'], allowNetworks: [] }

const PROXY = {
  url: 'http://proxy.example.com:3128',
  setBy: 'outbound.proxy.url',
  httpsOnly: false,
  exceptions: ['a.example'],
}

test('B13: calls are named after this version', () => {
  expect(outboundOf(RULES, '1.2.3')).toEqual({ ...RULES, userAgent: 'sallyport/1.2.3' })
})

test('B14: credentials of the proxy are read from their files each time they are asked for', () => {
  const files = {
    usernameFile: write('username', 'anna\n'),
    passwordFile: write('password', 'old\r\n'),
  }
  const { proxy } = outboundOf({ ...RULES, proxy: { ...PROXY, ...files } }, '1')
  expect(proxy?.credentials?.()).toEqual({ username: 'anna', password: 'old' })
  write('password', 'new')
  expect(proxy?.credentials?.()).toEqual({ username: 'anna', password: 'new' })
  rmSync(files.passwordFile)
  expect(() => proxy?.credentials?.()).toThrow('ENOENT')
})

test('B14: credentials of a variable are handed on, and none where there are none', () => {
  const credentials = { username: 'anna', password: 'word' }
  const { proxy } = outboundOf({ ...RULES, proxy: { ...PROXY, credentials } }, '1')
  expect(proxy?.credentials?.()).toEqual(credentials)
  expect(outboundOf({ ...RULES, proxy: PROXY }, '1').proxy).toEqual(PROXY)
})

test('E6: authorities that the process names and that have expired are told at the start', async () => {
  const caFile = write('ca.pem', (await createSelfSigned('Old authority', -1)).cert)
  const outbound = outboundOf({ ...RULES, caFile, proxy: { ...PROXY, caFile } }, '1')
  expect(outboundNotes(outbound, Date.now())).toEqual([
    expect.stringMatching(/^outbound\.caFile: the certificate of "CN=Old authority" expired on /),
    expect.stringMatching(/^outbound\.proxy\.caFile: the certificate of "CN=Old authority" /),
  ])
})
