import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { nodeComplaint } from '../../../src/cli/terminal/node-version.ts'
import { sallyport } from './run.ts'

const COMMANDS = [
  'serve',
  'validate',
  'explain',
  'test',
  'doctor',
  'get',
  'attach',
  'sessions',
  'healthcheck',
  'subject-hash',
  'completion',
  'version',
  'help',
]

describe('help', () => {
  test('without anything the commands are listed, and all is well', async () => {
    const { code, out } = await sallyport()
    expect(code).toBe(0)
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} +[A-Z]`, 'm'))
    expect(out).toContain('Use "sallyport COMMAND --help" for more about a command.')
  })

  test.each(COMMANDS)('%s --help has description, examples, options and usage', async (command) => {
    const { code, out, err } = await sallyport(command, '--help')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(
      /^[A-Z][\s\S]+\nExamples:\n[\s\S]+\nOptions:\n[\s\S]+\nUsage:\n {2}sallyport /,
    )
    expect(out).toContain(`sallyport ${command}`)
  })

  test('every flag of a configuration field is an option of serve', async () => {
    const { out } = await sallyport('serve', '--help')
    for (const flag of ['--grpc-listen', '--resources', '--redis-url', '--key-file']) {
      expect(out).toContain(`    ${flag} <`)
    }
  })
})

describe('wrong usage ends with 2 and says where to look', () => {
  test.each([
    [['nonsense'], "unknown command 'nonsense'", 'See `sallyport --help`.'],
    [['attach'], "missing required argument 'gateway'", 'See `sallyport attach --help`.'],
    [['serve', '--colour'], "unknown option '--colour'", 'See `sallyport serve --help`.'],
    [['serve', '--cofnig', 'x'], 'Did you mean --config?', 'See `sallyport serve --help`.'],
    [
      ['explain', '--url', 'https://a/'],
      "'-r, --resources <path>' not specified",
      'explain --help',
    ],
    [['explain', '-r', '.', '-u', 'shop'], 'It must begin with https://', 'explain --help'],
    [['explain', '-r', '.', '-u', 'https://a', '-H', 'x'], 'Write it as "Name: value"', 'explain'],
    [['version', '-o', 'xml'], 'Allowed choices are text, json', 'version --help'],
  ])('%j', async (argv, message, where) => {
    const { code, out, err } = await sallyport(...argv)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(err).toContain(where)
  })
})

test('D6: help prints what --help prints, of any command, and refuses one that is not there', async () => {
  for (const path of [[], ['validate'], ['sessions', 'list']]) {
    expect(await sallyport('help', ...path)).toEqual(await sallyport(...path, '--help'))
  }
  const { code, out, err } = await sallyport('help', 'sessions', 'lst')
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain("unknown command 'lst'")
})

test('D6: --version prints what version prints', async () => {
  expect(await sallyport('--version')).toEqual(await sallyport('version'))
})

describe('E7: an older Node.js', () => {
  test.each(['20.20.2', '22.21.0', '23.11.1'])('%s is told which is needed', (version) => {
    expect(nodeComplaint(version)).toBe(
      `sallyport: Node.js 24 or newer is needed, and this is ${version}. In a clone, \`make node\` installs it into tools/.\n`,
    )
  })

  test.each(['24.0.0', '24.21.0', '100.1.0'])('%s is none', (version) => {
    expect(nodeComplaint(version)).toBeUndefined()
  })

  test('reads nothing before it is told: what is imported at once imports nothing', () => {
    const textOf = (file: string) =>
      readFileSync(new URL(`../../../src/${file}`, import.meta.url), 'utf8')
    const atOnce = (file: string) => textOf(file).match(/^import .*/gm) ?? []
    expect(atOnce('main.ts')).toEqual([
      "import { nodeComplaint } from './cli/terminal/node-version.ts'",
    ])
    expect(atOnce('cli/terminal/node-version.ts')).toEqual([])
  })
})

test('the version is one line, or JSON', async () => {
  expect((await sallyport('version')).out).toMatch(/^sallyport \d+\.\d+\.\d+ \(Node\.js v\d+/)
  const { version } = JSON.parse((await sallyport('version', '-o', 'json')).out)
  expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})

describe('serve refuses a configuration that has problems', () => {
  test('every problem is a sentence on standard error, and it ends with 1', async () => {
    const argv = ['--log-level', 'loud', '--grpc-listen', 'nowhere', '--resources', '/nowhere']
    const { code, out, err } = await sallyport('serve', ...argv)
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err.trimEnd().split('\n').toSorted()).toEqual([
      'sallyport: --grpc-listen: grpc.listen must be an address such as 0.0.0.0:9001, [::]:9001 or :9001',
      'sallyport: --log-level: log.level must be one of debug, info, warn, error, but is "loud"',
      'sallyport: --resources: resources.files.paths[0] names /nowhere, which does not exist: make it, or correct the name',
    ])
  })
})

describe('healthcheck', () => {
  test.each([
    [200, 0],
    [503, 1],
  ])('an answer of %i ends with %i', async (status, expected) => {
    const asked: (string | undefined)[] = []
    const server = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(status).end('state\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { code } = await sallyport('healthcheck', '--admin', `http://127.0.0.1:${port}`)
    await new Promise((resolve) => server.close(resolve))
    expect(code).toBe(expected)
    expect(asked).toEqual(['/readyz'])
  })

  test('nobody there ends with 1 and a sentence', async () => {
    const { code, err } = await sallyport('healthcheck', '--admin', 'http://127.0.0.1:1')
    expect(code).toBe(1)
    expect(err).toContain('http://127.0.0.1:1 does not answer: ')
  })
})

test('a reader that goes away ends the command quietly', async () => {
  const child = spawn(process.execPath, ['src/main.ts', 'serve', '--help'])
  let err = ''
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  child.stdout.destroy()
  await new Promise((resolve) => child.once('close', resolve))
  expect(err).toBe('')
})
