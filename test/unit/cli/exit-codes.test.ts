import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXIT } from '../../../src/cli/terminal/exit-code.ts'
import { topics } from '../../../src/cli/usage/topics.ts'
import {
  type ResourceFolder,
  resourceFolder,
  SHOP,
  SHOP_SECRET,
} from '../../support/resource-folder.ts'
import { sallyport } from './run.ts'

const topic = topics.find(({ name }) => name === 'exit-codes')

let folder: ResourceFolder
beforeAll(() => {
  folder = resourceFolder({
    'shop.yaml': `${SHOP}---\n${SHOP_SECRET}`,
    'wrong.yaml': SHOP.replace('hosts:', 'host:'),
  })
})
afterAll(() => folder.remove())

const run = (argv: readonly string[]) =>
  sallyport(...argv.map((word) => word.replace('FOLDER', folder.path)))

test('help lists the codes that there are', async () => {
  expect(topic?.rows.map(([code]) => Number(code))).toEqual(Object.values(EXIT))
  const { code, out } = await sallyport('help', 'exit-codes')
  expect(code).toBe(EXIT.well)
  for (const [word, meaning] of topic?.rows ?? []) {
    expect(out.replace(/\s+/g, ' ')).toContain(`${word} ${meaning}`)
  }
})

const WRONG: Readonly<Record<string, readonly string[]>> = {
  serve: ['serve', '--log-level', 'loud'],
  validate: ['validate', 'FOLDER/wrong.yaml'],
  explain: ['explain', '-r', 'FOLDER/shop.yaml', '-u', 'https://nobody.example.com/'],
  test: ['test', 'FOLDER/nowhere.yaml'],
  doctor: ['doctor', '-r', 'FOLDER/wrong.yaml', '--provider', 'keycloak', '--skip-credentials'],
  get: ['get', 'routes', 'nobody', '-r', 'FOLDER/shop.yaml'],
  attach: ['attach', 'istio', '--routes', 'FOLDER/wrong.yaml'],
  migrate: ['migrate', 'oauth2-proxy', '/nowhere/oauth2-proxy.cfg'],
  sessions: ['sessions', 'list', '--server', 'http://127.0.0.1:1'],
  'subject-hash': ['subject-hash', 'alice', '--key-file', '/nowhere/key'],
  healthcheck: ['healthcheck', '--admin', 'http://127.0.0.1:1'],
}

describe('1: something is wrong', () => {
  test('every command that may end so is in the topic, and has a case here', async () => {
    const { out } = await sallyport('--help')
    const all = [...out.matchAll(/^ {2}([a-z-]+) {3,}/gm)].map(([, name = '']) => name)
    const never = ['completion', 'version', 'help']
    const listed = topic?.more?.rows.map(([name]) => name) ?? []
    expect(listed.toSorted()).toEqual(all.filter((name) => !never.includes(name)).toSorted())
    expect(Object.keys(WRONG).toSorted()).toEqual(listed.toSorted())
  })

  test.each(Object.entries(WRONG).filter(([name]) => name !== 'doctor'))('%s', async (_, argv) => {
    const { code, out, err } = await run(argv)
    expect(code).toBe(EXIT.problem)
    expect(`${out}${err}`).not.toBe('')
  })

  test('doctor', async () => {
    const lonely = folder.write('lonely.yaml', SHOP.slice(SHOP.lastIndexOf('apiVersion')))
    const { code, out } = await run(['doctor', '-r', lonely])
    expect(code).toBe(EXIT.problem)
    expect(out).toContain('What to do:')
  })
})

test.each([
  [['get', 'all', '-r', 'FOLDER/wrong.yaml']],
  [['validate', 'FOLDER/shop.yaml']],
  [['explain', '-r', 'FOLDER/shop.yaml', '-u', 'https://shop.example.com/api/x']],
  [['attach', 'istio']],
  [['completion', 'bash']],
  [['help', 'formats']],
  [['version']],
])('0: %j', async (argv) => {
  expect((await run(argv)).code).toBe(EXIT.well)
})

test.each([
  [['nonsense']],
  [['attach']],
  [['get', 'nonsense', '-r', 'FOLDER/shop.yaml']],
  [['attach', 'nonsense']],
  [['migrate', 'nonsense', 'FOLDER/shop.yaml']],
  [['sessions']],
  [['sessions', 'revoke', '--server', 'http://127.0.0.1:1']],
  [['healthcheck', '--check-ca', 'x']],
  [['completion', 'tcsh']],
  [['help', 'nonsense']],
])('2: %j', async (argv) => {
  const { code, out, err } = await run(argv)
  expect({ code, out }).toEqual({ code: EXIT.usage, out: '' })
  expect(err).not.toBe('')
})
