import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sallyport } from '../../unit/cli/run.ts'

const HERE = new URL('./', import.meta.url).pathname

const COMMANDS = [
  ...['', 'serve', 'validate', 'explain', 'test', 'doctor', 'get', 'attach', 'migrate', 'sessions'],
  ...[
    'sessions list',
    'sessions show',
    'sessions revoke',
    'healthcheck',
    'subject-hash',
    'completion',
  ],
  ...['version', 'help'],
]

const TOPICS = ['exit-codes', 'formats', 'environment']

const fileOf = (name: string): string => `${name === '' ? 'sallyport' : name.replace(' ', '-')}.txt`

test.each(COMMANDS)('the help of "%s"', async (name) => {
  const path = name.split(' ').filter((word) => word !== '')
  const { code, out, err } = await sallyport(...path, '--help')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(await sallyport('help', ...path)).toEqual({ code, out, err })
  expect(out.split('\n').filter((line) => /\s$/.test(line))).toEqual([])
  await expect(out).toMatchFileSnapshot(`${HERE}${fileOf(name)}`)
})

test.each(TOPICS)('help %s', async (name) => {
  const { code, out } = await sallyport('help', name)
  expect(code).toBe(0)
  expect(out.split('\n').filter((line) => line.length > 100 || /\s$/.test(line))).toEqual([])
  await expect(out).toMatchFileSnapshot(`${HERE}${fileOf(name)}`)
})

test('there is no text of a command that is gone', () => {
  const texts = readdirSync(HERE).filter((name) => name.endsWith('.txt'))
  expect(texts.toSorted()).toEqual([...COMMANDS, ...TOPICS].map(fileOf).toSorted())
})
