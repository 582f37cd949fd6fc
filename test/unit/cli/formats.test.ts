import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { dataText } from '../../../src/cli/terminal/output.ts'
import { shapes } from '../../../tools/generate/cli-shapes.ts'
import { keyText } from '../../support/process-keys.ts'
import {
  type ResourceFolder,
  resourceFolder,
  SHOP,
  SHOP_SECRET,
} from '../../support/resource-folder.ts'
import { sallyport } from './run.ts'

const CASES = `resources: [shop.yaml]
cases:
- { name: assets, url: "https://shop.example.com/assets/x", expect: { status: 200 } }
`

let folder: ResourceFolder
beforeAll(() => {
  folder = resourceFolder({
    'shop.yaml': `${SHOP}---\n${SHOP_SECRET}`,
    'cases.yaml': CASES,
    key: keyText('formats'),
    'proxy.cfg': 'client_id = "shop"',
    'empty.yaml': 'kind: List\nitems: []\n',
  })
})
afterAll(() => folder.remove())

const run = (argv: readonly string[], ...more: readonly string[]) =>
  sallyport(...argv.map((word) => word.replace('FOLDER', folder.path)), ...more)

const URL = 'https://shop.example.com/api/orders'

const COMMANDS: readonly (readonly [command: string, argv: readonly string[]])[] = [
  ['version', ['version']],
  ['validate', ['validate', '--verbose', 'FOLDER/shop.yaml']],
  ['explain', ['explain', '-r', 'FOLDER/shop.yaml', '-u', URL, '--via', 'session']],
  ['test', ['test', 'FOLDER/cases.yaml']],
  ['doctor', ['doctor', '-r', 'FOLDER/empty.yaml']],
  ['get', ['get', 'all', '-r', 'FOLDER/shop.yaml']],
  ['migrate', ['migrate', 'oauth2-proxy', 'FOLDER/proxy.cfg']],
  ['subject-hash', ['subject-hash', 'alice', '--key-file', 'FOLDER/key']],
  ['healthcheck', ['healthcheck', '--admin', 'http://127.0.0.1:1']],
]

/** The members at the top that the reference has, and those of them that are always there. */
const documented = (command: string) => {
  const { members = [] } = shapes.find((one) => one.command === command) ?? {}
  const names = members.map(([name]) => name).filter((name) => !/[.[]/.test(name))
  return {
    all: names.map((name) => name.replace('?', '')),
    always: names.filter((name) => !name.endsWith('?')),
  }
}

describe.each(COMMANDS)('%s', (command, argv) => {
  test('JSON and YAML hold the same, with the members that the reference lists', async () => {
    const [json, yaml] = [await run(argv, '-o', 'json'), await run(argv, '-o', 'yaml')]
    const told = JSON.parse(json.out)
    expect(parse(yaml.out)).toEqual(told)
    expect(yaml.code).toBe(json.code)
    const { all, always } = documented(command)
    const more = command === 'explain' ? ['choice', 'withoutCredential'] : []
    expect(Object.keys(told).filter((name) => ![...all, ...more].includes(name))).toEqual([])
    expect(Object.keys(told)).toEqual(expect.arrayContaining([...always]))
  })

  test('text is the default, and another format is refused', async () => {
    const text = await run(argv, '-o', 'text')
    const usual = await run(argv)
    expect({ ...usual, out: usual.out.length > 0 }).toEqual({ ...text, out: text.out.length > 0 })
    const wrong = await run(argv, '-o', 'xml')
    expect(wrong.code).toBe(2)
    expect(wrong.out).toBe('')
    expect(wrong.err).toContain("argument 'xml' is invalid. Allowed choices are text, json, yaml")
  })
})

describe('attach', () => {
  const argv = ['attach', 'istio', '--host', 'shop.example.com']

  test('YAML is the manifests, as text has them; JSON has them by file', async () => {
    const yaml = await run(argv, '-o', 'yaml')
    expect(yaml).toEqual(await run(argv))
    const { files } = JSON.parse((await run(argv, '-o', 'json')).out)
    expect(parseAllDocuments(yaml.out).map((one) => one.toJS())).toEqual(
      files.flatMap(({ documents }: { readonly documents: readonly unknown[] }) => documents),
    )
    const names = await run(argv, '-o', 'name')
    expect(names.out.trimEnd().split('\n')).toEqual(files.map(({ name }: { name: string }) => name))
  })
})

test('every command with the option is in the reference, and no other', async () => {
  const names = shapes.map(({ command }) => command).toSorted()
  const tested = [...COMMANDS.map(([command]) => command), 'attach']
  const sessions = ['sessions list', 'sessions revoke', 'sessions show']
  expect(names).toEqual([...tested, ...sessions].toSorted())
  for (const name of names) {
    expect((await sallyport(...name.split(' '), '--help')).out).toContain('--output <format>')
  }
  for (const name of ['serve', 'completion', 'help']) {
    expect((await sallyport(name, '--help')).out).not.toContain('--output <format>')
  }
})

test('a text that an older reader of YAML takes for something else is quoted', async () => {
  const odd = { a: 'on', b: 'no', c: '1:30', d: '2026-01-01', e: '~', f: 'plain', g: '0x1' }
  const text = await dataText('yaml', odd)
  expect(parse(text)).toEqual(odd)
  expect(parse(text, { version: '1.1' })).toEqual(odd)
  expect(text).toContain('f: plain\n')
})
