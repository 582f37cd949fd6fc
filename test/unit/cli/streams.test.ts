import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ResourceFolder,
  resourceFolder,
  SHOP,
  SHOP_SECRET,
} from '../../support/resource-folder.ts'
import { sallyport, sallyportIn } from './run.ts'

const ALL = `${SHOP}---\n${SHOP_SECRET}`

const EXPECTATIONS = `resources: [FOLDER/shop.yaml]
cases:
- { name: assets, url: "https://shop.example.com/assets/x", expect: { status: 200 } }
`

const CASES = EXPECTATIONS.replace('resources: [FOLDER/shop.yaml]\n', '')

let folder: ResourceFolder
let shop: string
let claims: string
beforeAll(() => {
  folder = resourceFolder()
  shop = folder.write('shop.yaml', ALL)
  claims = folder.write('claims.yaml', 'groups: [buyers]\n')
  folder.write('cases.yaml', CASES)
})
afterAll(() => folder.remove())

const URL = 'https://shop.example.com/api/orders'

describe('- is standard input wherever a file is read', () => {
  test.each([
    ['validate', ALL, ['validate', '-'], '4 objects, 1 route, 1 host: no problems\n'],
    ['explain --resources', ALL, ['explain', '-r', '-', '-u', URL], '401 login_required'],
    [
      'explain --claims',
      'groups: [buyers]',
      ['explain', '-r', 'SHOP', '-u', URL, '--claims', '-'],
      'groups',
    ],
    ['test', EXPECTATIONS, ['test', '-'], '1 case: 1 as expected'],
    ['test --resources', ALL, ['test', '-r', '-', 'CASES'], '1 case: 1 as expected'],
    ['attach --routes', ALL, ['attach', 'istio', '--routes', '-'], 'shop.example.com'],
    ['doctor --resources', 'kind: List\nitems: []\n', ['doctor', '-r', '-'], 'Nothing to do'],
  ])('%s', async (_name, stdin, argv, expected) => {
    const words = argv.map((word) =>
      word.replace('SHOP', shop).replace('CASES', `${folder.path}/cases.yaml`),
    )
    const ran = await sallyportIn({ stdin: stdin.replace('FOLDER', folder.path) }, ...words)
    expect(`${ran.out}${ran.err}`).toContain(expected)
    expect(ran.code).toBe(0)
  })

  test('a configuration, too, whose problems are told with their place', async () => {
    const { code, err } = await sallyportIn(
      { stdin: 'log:\n  level: loud\n' },
      ...['serve', '--config', '-', '--resources', shop],
    )
    expect(code).toBe(1)
    expect(err).toContain('sallyport: <stdin>:2:3: log.level must be one of')
    const required = 'requirements:\n- name: all\n  hosts: []\n  nonsense: 1\n'
    const validated = await sallyportIn({ stdin: required }, 'validate', shop, '-c', '-')
    expect(validated.code).toBe(1)
    expect(validated.err).toMatch(/^sallyport: <stdin>:\d+:\d+: requirements/)
  })

  test('what is wrong in it has its place', async () => {
    const { code, out } = await sallyportIn(
      { stdin: SHOP.replace('clientId', 'clientld') },
      'validate',
      '-',
    )
    expect(code).toBe(1)
    expect(out).toMatch(/^<stdin>:\d+:\d+: OIDCClient shop\/shop .*clientld/m)
  })

  test('it can be read once: twice on a command line is refused before anything is read', async () => {
    const { code, out, err } = await sallyportIn(
      { stdin: ALL },
      'explain',
      '-r',
      '-',
      '-u',
      URL,
      '--claims',
      '-',
    )
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toBe(
      'sallyport: `-` is standard input, which can be read once: name it once, and files for the rest.\nSee `sallyport explain --help`.\n',
    )
  })

  test('it can be read once: the environment may name it as well', async () => {
    const environment = { SALLYPORT_CONFIG: '-' }
    const around = { stdin: ALL, environment }
    const twice = await sallyportIn(around, 'doctor', '-r', '-')
    expect(twice.code).toBe(2)
    expect(twice.err).toContain('sallyport: `-` is standard input, which can be read once')
  })

  test('what is not UTF-8, or has nothing in it, is told as it is of a file', async () => {
    const { code, out } = await sallyportIn({ stdin: '' }, 'validate', '-')
    expect(code).toBe(1)
    expect(out).toContain('<stdin>: no resources were found')
  })

  test('serve follows its files, so that it takes - for its configuration alone', async () => {
    const { code, err } = await sallyport('serve', '--resources', '-', '--key-file', 'x')
    expect(code).toBe(2)
    expect(err).toContain('sallyport: --resources: serve reads its files again when they change')
  })
})

describe('colours', () => {
  const broken = ['validate', '--strict', '-']

  test('there are some on a terminal', async () => {
    const { out } = await sallyportIn({ stdin: ALL, onTerminal: true }, ...broken)
    expect(out).toContain('\u001b[32m4 objects, 1 route, 1 host: no problems\u001b[39m\n')
    const { err } = await sallyportIn({ onTerminal: true }, 'nonsense')
    expect(err).toMatch(/^\u001b\[31msallyport:\u001b\[39m unknown command/)
  })

  test.each([
    ['no terminal', { onTerminal: false }],
    ['NO_COLOR', { onTerminal: true, environment: { NO_COLOR: '1' } }],
    ['a dumb terminal', { onTerminal: true, environment: { TERM: 'dumb' } }],
  ])('%s: there are none', async (_name, around) => {
    const ran = await sallyportIn({ ...around, stdin: ALL }, ...broken)
    expect(`${ran.out}${ran.err}`).not.toContain('\u001b')
    const wrong = await sallyportIn(around, 'nonsense')
    expect(wrong.err).toMatch(/^sallyport: unknown command/)
  })

  test('NO_COLOR that is empty sets nothing', async () => {
    const around = { onTerminal: true, environment: { NO_COLOR: '' }, stdin: ALL }
    expect((await sallyportIn(around, ...broken)).out).toContain('\u001b')
  })
})

describe('all that is wrong with a command line is told at once', () => {
  test('each by a line with the name of the program, and then where to look', async () => {
    const { code, out, err } = await sallyport(
      ...['explain', '--url', 'shop', '--methd', 'GET', '-o', 'jsn', '--colour', '--via', 'barer'],
    )
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.split('\n')).toEqual([
      "sallyport: option '-u, --url <url>' argument 'shop' is invalid. It must begin with https:// or http://, and a host.",
      "sallyport: option '-o, --output <format>' argument 'jsn' is invalid. Allowed choices are text, json, yaml. Did you mean json?",
      "sallyport: option '--via <credential>' argument 'barer' is invalid. Allowed choices are session, bearer. Did you mean bearer?",
      "sallyport: required option '-r, --resources <path>' not specified.",
      "sallyport: unknown option '--methd'. Did you mean --method?",
      "sallyport: unknown option '--colour'.",
      'See `sallyport explain --help`.',
      '',
    ])
  })

  test('help is printed even so', async () => {
    const { code, out, err } = await sallyport('validate', '--outptu', '--help')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Usage:')
  })

  test('claims with the wrong way in are refused as before', async () => {
    const { code, err } = await sallyport(
      'explain',
      '-r',
      shop,
      '-u',
      URL,
      '--live',
      '--claims',
      claims,
    )
    expect(code).toBe(2)
    expect(err).toContain("option '--claims <file>' cannot be used with option '--live'")
  })

  test.each([
    [['vaildate', '.'], 'Did you mean validate?', '`sallyport --help`'],
    [['sessions', 'lst'], 'Did you mean list?', '`sallyport sessions --help`'],
    [['help', 'sesions'], 'Did you mean sessions?', '`sallyport help --help`'],
    [['help', 'exit-code'], 'Did you mean exit-codes?', '`sallyport help --help`'],
    [['attach', 'isto'], 'Did you mean istio?', '`sallyport attach --help`'],
    [['completion', 'bsh'], 'Did you mean bash?', '`sallyport completion --help`'],
  ])('%j', async (argv, meant, where) => {
    const { code, err } = await sallyport(...argv)
    expect(code).toBe(2)
    expect(err).toContain(meant)
    expect(err).toContain(`See ${where}.\n`)
  })
})
