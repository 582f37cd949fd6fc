import { globSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/load.ts'
import { formatConfigProblem } from '../../../src/config/problem.ts'
import {
  type ResourceFolder,
  resourceFolder,
  SHOP,
  SHOP_SECRET,
} from '../../support/resource-folder.ts'
import { sallyport } from './run.ts'

const ROOT = new URL('../../../', import.meta.url).pathname

const read = (page: string): string => readFileSync(`${ROOT}${page}`, 'utf8')

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, match]) => match ?? '')

let folder: ResourceFolder
beforeAll(() => {
  folder = resourceFolder()
})
afterAll(() => folder.remove())

test('the manifests of docs/install.md are valid', async () => {
  const [manifests = ''] = found(read('docs/install.md'), /<<'END'\n(.*?)^END$/gms)
  const file = folder.write('install.yaml', `${manifests}---\n${SHOP_SECRET}`)
  const { code, out } = await sallyport('validate', file)
  expect(out).toBe('4 objects, 1 route, 1 host: no problems\n')
  expect(code).toBe(0)
})

test('the client of docs/device-bound-sessions.md is valid beside a provider and a route', async () => {
  const [client = ''] = found(read('docs/device-bound-sessions.md'), /^```yaml\n(.*?)^```$/gms)
  const others = SHOP.split(/^---\n/m).filter((text) => !text.includes('kind: OIDCClient'))
  const file = folder.write('bound.yaml', [...others, SHOP_SECRET, client].join('---\n'))
  expect(await sallyport('validate', file)).toMatchObject({ code: 0, err: '' })
})

test('the configuration of docs/operations.md lacks nothing but the files that it names', () => {
  const blocks = found(read('docs/operations.md'), /^```yaml\n(.*?)^```$/gms)
  const sessions = blocks.find((text) => text.startsWith('sessions:')) ?? ''
  const command = blocks.find((text) => text.includes('passwordCommand:')) ?? ''
  const adminApi = blocks.find((text) => text.startsWith('adminApi:')) ?? ''
  const withCommand = `${sessions.replace(/^ {4}passwordFile:.*\n/m, '')}${command}`
  for (const text of [`${sessions}${adminApi}`, `${withCommand}${adminApi}`]) {
    const file = folder.write('sallyport.yaml', `${text}keys: { files: [/etc/sallyport/key] }\n`)
    const environment = { KUBERNETES_SERVICE_HOST: '192.0.2.1' }
    const loaded = loadConfig({ file, environment, flags: {}, workingFolder: folder.path })
    const problems = loaded.kind === 'problems' ? loaded.problems.map(formatConfigProblem) : []
    expect(problems.length).toBeGreaterThan(3)
    for (const problem of problems) {
      expect(problem).toMatch(/ names \/etc\/sallyport\/\S+, which does not exist: /)
    }
  }
})

const COMMAND =
  /(?<=^|`|-- )(?:sallyport|node dist\/main\.js) ((?:sessions )?[a-z]+(?:-[a-z]+)*)\b([^`|\n]*(?:\\\n[^`|\n]*)*)/gm

/** The commands of a page with the flags that it writes behind them. */
const written = (page: string): readonly (readonly [command: string, flags: readonly string[]])[] =>
  [...read(page).matchAll(COMMAND)]
    .map(([, command = '', rest = '']) => [command, found(rest, /(?<=\s)(--[a-z-]+)/g)] as const)
    .filter(([, flags]) => flags.length > 0)

const pages = globSync(['*.md', 'docs/**/*.md', 'charts/**/*.md', 'deploy/**/*.md'], {
  cwd: ROOT,
}).filter((page) => written(page).length > 0)

test('finds the command lines that it is to judge', () => {
  expect(written('README.md')).toContainEqual(['attach', ['--gateway']])
})

test.each(pages)('the command lines of %s have the flags that the help has', async (page) => {
  for (const [command, flags] of written(page)) {
    const { code, out } = await sallyport(...command.split(' '), '--help')
    expect(code, command).toBe(0)
    for (const flag of flags) expect(out, command).toContain(flag)
  }
})
