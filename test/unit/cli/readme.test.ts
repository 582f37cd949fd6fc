import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/load.ts'
import { keyText } from '../../support/process-keys.ts'
import { type ResourceFolder, resourceFolder } from '../../support/resource-folder.ts'
import { sallyport } from './run.ts'

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')

const blocks = [...README.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text ?? '')

const [manifests = '', rules = ''] = blocks

const configuration = blocks.find((text) => text.startsWith('# sallyport.yaml')) ?? ''

const secret = blocks.find((text) => text.startsWith('# resources/shop-oidc.yaml')) ?? ''

const withRules = `${manifests.slice(0, manifests.lastIndexOf('spec:'))}${rules}`

let folder: ResourceFolder
beforeAll(() => {
  folder = resourceFolder({
    'session-key': keyText('readme'),
    'sallyport.yaml': configuration.replace('./resources', '.'),
  })
})
afterAll(() => folder.remove())

test.each([
  ['the three manifests', manifests],
  ['the manifests with rules', withRules],
])('%s of the README are valid, with its Secret', async (_name, text) => {
  const file = folder.write('readme.yaml', `${text}---\n${secret}`)
  const { code, out } = await sallyport('validate', file)
  expect(out).toBe('4 objects, 1 route, 1 host: no problems\n')
  expect(code).toBe(0)
})

test('what the README says of its rules is so', async () => {
  const file = folder.write('rules.yaml', withRules)
  const answer = async (path: string): Promise<string> =>
    (await sallyport('explain', '-r', file, '-u', `https://shop.example.com${path}`)).out
  expect(await answer('/assets/logo.svg')).toContain('200 public')
  expect(await answer('/api/orders')).toContain('401 login_required')
})

test('the configuration of the README can be served', () => {
  const loaded = loadConfig({
    file: 'sallyport.yaml',
    environment: {},
    flags: {},
    workingFolder: folder.path,
  })
  expect(loaded).toMatchObject({
    kind: 'loaded',
    config: { sessions: { store: { kind: 'redis' } } },
  })
})
