import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ResourceFolder, resourceFolder } from '../../../support/resource-folder.ts'
import { sallyport } from '../run.ts'

const read = (page: string): string =>
  readFileSync(new URL(`../../../../${page}`, import.meta.url), 'utf8')

const PAGE = read('docs/expectations.md')

/** The code blocks of a page in a language, in their order. */
const blocks = (page: string, language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text]) => text ?? '',
  )

const [manifests = '', rules = ''] = blocks(read('README.md'), 'yaml')
const [file = ''] = blocks(PAGE, 'yaml')

let folder: ResourceFolder
beforeAll(() => {
  folder = resourceFolder({
    'resources.yaml': `${manifests.slice(0, manifests.lastIndexOf('spec:'))}${rules}`,
    'shop.txt': file.replace('../resources', 'resources.yaml'),
    'alice.yml.txt': 'sub: alice\ngroups: [guests]\n',
  })
})
afterAll(() => folder.remove())

test('the file of docs/expectations.md is as the manifests of the README are, and prints what the page says', async () => {
  const { code, out } = await sallyport('test', `${folder.path}/shop.txt`)
  const said = blocks(PAGE, '').find((text) => text.startsWith('expectations/shop.yaml\n'))
  expect(out.replace(`${folder.path}/shop.txt`, 'expectations/shop.yaml')).toBe(said)
  expect(code).toBe(0)
})

test('what the page shows of explain is what it prints', async () => {
  const { out } = await sallyport(
    ...['explain', '-r', `${folder.path}/resources.yaml`],
    ...['-u', 'https://shop.example.com/api/orders', '--claims', `${folder.path}/alice.yml.txt`],
  )
  const said = blocks(PAGE, '').find((text) => text.startsWith('Rule')) ?? ''
  expect(said).not.toBe('')
  expect(said.split('\n').filter((line) => !out.includes(line))).toEqual([])
})
