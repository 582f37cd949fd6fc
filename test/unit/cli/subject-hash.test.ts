import { createHmac, hkdfSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'
import { sallyport, sallyportWith } from './run.ts'

const keyOf = (byte: number): Buffer => Buffer.alloc(32, byte)

/** What the log writes, by the description in the documentation alone. */
const hashOf = (byte: number, subject: string): string => {
  const key = hkdfSync('sha256', keyOf(byte), '', 'sallyport subject hash v1', 32)
  const mac = createHmac('sha256', Buffer.from(key)).update(subject).digest('base64url')
  return mac.slice(0, 16)
}

const folder = await temporaryFolder('subject-hash')
afterAll(folder.remove)

const keyFile = async (byte: number): Promise<string> => {
  const file = `${folder.path}/key-${byte}`
  await writeFile(file, keyOf(byte).toString('base64'))
  return file
}

const configFile = async (name: string, keys: readonly string[]): Promise<string> => {
  const file = `${folder.path}/${name}.yaml`
  const resources = { source: 'files', files: { paths: [folder.path] } }
  await writeFile(file, JSON.stringify({ resources, keys: { files: keys } }))
  return file
}

test('prints the hash by each key file, the newest first', async () => {
  const files = [await keyFile(1), await keyFile(2)]
  const options = files.flatMap((file) => ['--key-file', file])
  const { code, out, err } = await sallyport('subject-hash', 'alice', ...options)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toBe(`${hashOf(1, 'alice')}\n${hashOf(2, 'alice')}\n`)
  const json = await sallyport('subject-hash', 'alice', ...options, '-o', 'json')
  expect(JSON.parse(json.out)).toEqual({
    subject: 'alice',
    hashes: [hashOf(1, 'alice'), hashOf(2, 'alice')],
  })
})

test('finds the key files of the configuration, by file and by variable', async () => {
  const config = await configFile('sallyport', [await keyFile(1)])
  const byOption = await sallyport('subject-hash', 'alice', '--config', config)
  expect(byOption.out).toBe(`${hashOf(1, 'alice')}\n`)
  const byVariable = await sallyportWith({ SALLYPORT_CONFIG: config }, 'subject-hash', 'alice')
  expect(byVariable.out).toBe(`${hashOf(1, 'alice')}\n`)
})

test.each([
  [
    'without any key file',
    ['--config', await configFile('without', [])],
    'Without key files the hashes of the log end with the process',
  ],
  ['where one is missing', ['--key-file', '/nowhere/key'], '/nowhere/key'],
  [
    'where the configuration is',
    ['--config', '/nowhere/sallyport.yaml'],
    '/nowhere/sallyport.yaml',
  ],
])('ends with 1 and a sentence %s', async (_when, options, said) => {
  const { code, out, err } = await sallyport('subject-hash', 'alice', ...options)
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain(said)
})
