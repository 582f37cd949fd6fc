import { symlink } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { ManifestRead } from '../../../src/resources/manifest/joined-manifests.ts'
import { MAX_FILE_BYTES } from '../../../src/resources/manifest-files.ts'
import { createManifestReader } from '../../../src/resources/manifest-reader.ts'
import { createResourceSchema } from '../../../src/resources/schema/schema.ts'
import { compiled, find, recompiled } from '../../support/compiled.ts'
import { type ManifestFolder, manifestFolder, routeText } from '../../support/manifest-folder.ts'
import { SHOP, SHOP_SECRET } from '../../support/resource-folder.ts'

const schema = createResourceSchema()

const hostsOf = ({ resources }: ManifestRead): readonly string[] =>
  resources.flatMap((it) => (it.kind === 'ProtectedRoute' ? it.spec.hosts : []))

let folder: ManifestFolder

beforeEach(async () => {
  folder = await manifestFolder()
})

afterEach(async () => {
  await folder.remove()
})

const readerOf = (...names: readonly string[]) =>
  createManifestReader({ paths: names.map(folder.pathOf), schema })

const sentencesOf = ({ problems }: ManifestRead): readonly string[] =>
  problems.map(({ file, message }) => `${file.slice(folder.path.length + 1)} ${message}`)

describe('reading the configured paths', () => {
  it('takes YAML and JSON files of all sub-folders, in a stable order, and nothing else', async () => {
    await folder.write('res/b.yml', routeText('b'))
    await folder.write('res/a.yaml', routeText('a'))
    await folder.write('res/c/d.json', JSON.stringify({ kind: 'x' }))
    await folder.write('res/README.md', 'not: [yaml')
    await folder.write('res/.hidden.yaml', 'not: [yaml')
    await folder.write('res/.git/config.yaml', 'not: [yaml')
    const read = await readerOf('res').read()
    expect(hostsOf(read)).toEqual(['a.example.com', 'b.example.com'])
    expect(sentencesOf(read)).toHaveLength(1)
    expect(sentencesOf(read)[0]).toMatch(/^res\/c\/d\.json .*not a kind/)
  })

  it('takes a file whatever it is called', async () => {
    await folder.write('routes.txt', routeText('a'))
    expect(hostsOf(await readerOf('routes.txt').read())).toEqual(['a.example.com'])
  })

  it('reads a mounted ConfigMap once, though its files are there under two names', async () => {
    await folder.mount('2026_11_23', { 'a.yaml': routeText('a') })
    const read = await readerOf('.').read()
    expect(hostsOf(read)).toEqual(['a.example.com'])
    expect(sentencesOf(read)).toEqual([])
  })

  it('reads a file once that several paths and links lead to, and follows no link in circles', async () => {
    await folder.write('res/a.yaml', routeText('a'))
    await symlink('a.yaml', folder.pathOf('res/link.yaml'))
    await symlink('.', folder.pathOf('res/circle'))
    const read = await readerOf('res', 'res/a.yaml', '.').read()
    expect(hostsOf(read)).toEqual(['a.example.com'])
    expect(sentencesOf(read)).toEqual([])
  })

  it('complains about a path that is not there, a link to nothing and a file that is no text', async () => {
    await folder.write('res/latin.yaml', Buffer.from([0x61, 0x3a, 0x20, 0xe4]))
    await symlink('nowhere', folder.pathOf('res/link.yaml'))
    await folder.write('res/large.yaml', '#'.repeat(MAX_FILE_BYTES + 1))
    const read = await readerOf('gone', 'res').read()
    expect(sentencesOf(read)).toEqual([
      'gone is not there: make it, or correct the name',
      'res/large.yaml is larger than 4 MiB: split it into several files',
      'res/latin.yaml is not UTF-8 text: save it as UTF-8',
      'res/link.yaml is not there: make it, or correct the name',
    ])
  })
})

describe('R29: what is broken keeps its last good content', () => {
  it.each([
    ['is no YAML', '{'],
    ['is no UTF-8', Buffer.from([0xff])],
    ['is too large', '#'.repeat(MAX_FILE_BYTES + 1)],
  ])('R29: a file that %s keeps its objects until it is mended', async (_, broken) => {
    await folder.write('res/a.yaml', routeText('a'))
    await folder.write('res/b.yaml', routeText('b'))
    const reader = readerOf('res')
    await reader.read()
    await folder.write('res/a.yaml', broken)
    await folder.write('res/b.yaml', routeText('b', 'new.example.com'))
    const read = await reader.read()
    expect(hostsOf(read)).toEqual(['a.example.com', 'new.example.com'])
    expect(sentencesOf(read)).toHaveLength(1)
    expect(sentencesOf(read)[0]).toMatch(/^res\/a\.yaml .*; what it last held stays in force$/)
    await folder.write('res/a.yaml', routeText('a', 'mended.example.com'))
    expect(hostsOf(await reader.read())).toEqual(['mended.example.com', 'new.example.com'])
  })

  it('R29: an object that breaks its schema is passed on as invalid, not as gone', async () => {
    await folder.write('a.yaml', routeText('a'))
    const reader = readerOf('a.yaml')
    await reader.read()
    await folder.write('a.yaml', routeText('a', 'A.example.com'))
    const read = await reader.read()
    expect(read.resources).toEqual([])
    expect(read.invalid).toMatchObject([
      { kind: 'ProtectedRoute', namespace: 'default', name: 'a' },
    ])
  })

  const invalidNames = ({ invalid }: ManifestRead): readonly string[] =>
    invalid.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)

  const ROUTE_A = 'ProtectedRoute default/a'

  it.each([
    ['a wrong kind', (text: string) => text.replace('ProtectedRoute', 'ProtectedRout')],
    ['no kind', (text: string) => text.replace(/^kind.*\n/m, '')],
    [
      'a kind that is a list',
      (text: string) => text.replace(/^kind.*$/m, 'kind: [ProtectedRoute]'),
    ],
    ['another kind of ours', (text: string) => text.replace('ProtectedRoute', 'OIDCClient')],
    ['a wrong version', (text: string) => text.replace('v1alpha1', 'v1')],
    ['no version', (text: string) => text.replace(/^apiVersion.*\n/m, '')],
    ['no name', (text: string) => text.replace(/^metadata.*\n/m, '')],
    ['a name that is none', (text: string) => text.replace('name: a', 'name: A_')],
    ['a name that is a list', (text: string) => text.replace('name: a', 'name: [a]')],
    ['nothing but text', () => 'a\n'],
    ['a list of nothing', () => '[]\n'],
  ])('E13, R29: an object with %s is passed on as invalid, not as gone', async (_, change) => {
    const texts = [routeText('b'), routeText('a'), routeText('c')]
    await folder.write('a.yaml', texts.join('---\n'))
    const reader = readerOf('a.yaml')
    await reader.read()
    const broken = [texts[0], change(texts[1] ?? ''), texts[2]].join('---\n')
    for (const text of [broken, `# still\n${broken}`]) {
      await folder.write('a.yaml', text)
      const read = await reader.read()
      expect(hostsOf(read)).toEqual(['b.example.com', 'c.example.com'])
      expect(invalidNames(read)).toContain(ROUTE_A)
      expect(read.invalid.find(({ kind }) => kind === 'ProtectedRoute')?.hosts).toEqual([
        'a.example.com',
      ])
    }
    await folder.write('a.yaml', texts.join('---\n'))
    const mended = await reader.read()
    expect(hostsOf(mended)).toEqual(['b.example.com', 'a.example.com', 'c.example.com'])
    expect(invalidNames(mended)).toEqual([])
  })

  it('E13: the problem says what stays in force', async () => {
    await folder.write('a.yaml', routeText('a'))
    const reader = readerOf('a.yaml')
    await reader.read()
    await folder.write('a.yaml', routeText('a').replace('ProtectedRoute', 'ProtectedRout'))
    expect(sentencesOf(await reader.read())).toEqual([
      'a.yaml "ProtectedRout" is not a kind that is read here; did you mean `ProtectedRoute`?; the last good version of ProtectedRoute default/a stays in force',
    ])
  })

  it('E13, R29: the host is served as before, until the document is gone', async () => {
    const whole = `${SHOP}---\n${SHOP_SECRET}`
    await folder.write('shop.yaml', whole)
    const reader = readerOf('shop.yaml')
    const first = compiled((await reader.read()).resources)
    expect(find(first).kind).toBe('found')
    await folder.write('shop.yaml', whole.replace('kind: ProtectedRoute', 'kind: Protected'))
    const broken = await reader.read()
    const second = recompiled(first, broken.resources, broken.invalid)
    expect(find(second).kind).toBe('found')
    await folder.write(
      'shop.yaml',
      whole
        .split('---\n')
        .filter((it) => !it.includes('ProtectedRoute'))
        .join('---\n'),
    )
    const gone = await reader.read()
    expect(find(recompiled(second, gone.resources, gone.invalid)).kind).toBe('none')
  })

  it('E13: its name is told before its place, wherever it stands now', async () => {
    await folder.write('a.yaml', [routeText('a'), routeText('b')].join('---\n'))
    const reader = readerOf('a.yaml')
    await reader.read()
    const broken = routeText('b').replace('ProtectedRoute', 'Route')
    await folder.write('a.yaml', broken)
    const read = await reader.read()
    expect(invalidNames(read)).toEqual(['ProtectedRoute default/b'])
    expect(hostsOf(read)).toEqual([])
  })

  it('E13: an object whose document is gone is gone, beside one that cannot be read', async () => {
    await folder.write('a.yaml', [routeText('a'), routeText('b')].join('---\n'))
    const reader = readerOf('a.yaml')
    await reader.read()
    await folder.write('a.yaml', routeText('a').replace('ProtectedRoute', 'Route'))
    expect(invalidNames(await reader.read())).toEqual([ROUTE_A])
    await folder.write('a.yaml', '')
    expect(invalidNames(await reader.read())).toEqual([])
    await folder.write('a.yaml', routeText('a').replace('ProtectedRoute', 'Route'))
    expect(invalidNames(await reader.read())).toEqual([])
  })

  it('E13: a list whose kind is wrong keeps all of its objects', async () => {
    const items = ['a', 'b'].map((name) => routeText(name))
    const list = (kind: string) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind,
        items: items.map((text) => parse(text) as unknown),
      })
    await folder.write('a.json', list('List'))
    const reader = readerOf('a.json')
    expect(hostsOf(await reader.read())).toEqual(['a.example.com', 'b.example.com'])
    await folder.write('a.json', list('Lisst'))
    expect(invalidNames(await reader.read())).toEqual([ROUTE_A, 'ProtectedRoute default/b'])
  })

  it('E13: an object that moved to another file is that one, whatever stands where it was', async () => {
    await folder.write('res/a.yaml', routeText('a'))
    const reader = readerOf('res')
    await reader.read()
    await folder.write('res/a.yaml', 'kind: Nothing\n')
    await folder.write('res/b.yaml', routeText('a', 'moved.example.com'))
    const read = await reader.read()
    expect(hostsOf(read)).toEqual(['moved.example.com'])
    expect(invalidNames(read)).toEqual([])
  })

  it('E13: an object that was renamed is the new one alone', async () => {
    await folder.write('a.yaml', routeText('a'))
    const reader = readerOf('a.yaml')
    await reader.read()
    await folder.write('a.yaml', routeText('z'))
    const read = await reader.read()
    expect(hostsOf(read)).toEqual(['z.example.com'])
    expect(invalidNames(read)).toEqual([])
  })

  it('E13, R29: a Secret whose kind is wrong is gone, and its hosts fail closed', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { a: b }\n'
    await folder.write('a.yaml', secret)
    const reader = readerOf('a.yaml')
    await reader.read()
    await folder.write('a.yaml', secret.replace('Secret', 'Secrt'))
    const read = await reader.read()
    expect([read.resources, read.invalid]).toEqual([[], []])
  })

  it('R29: a configured path that vanishes keeps its objects; one that was never there has none', async () => {
    await folder.write('res/a.yaml', routeText('a'))
    const reader = readerOf('res')
    await reader.read()
    await folder.move('res', 'away')
    const read = await reader.read()
    expect(hostsOf(read)).toEqual(['a.example.com'])
    expect(sentencesOf(read)).toEqual([
      'res is not there: make it, or correct the name; what it last held stays in force',
    ])
    await folder.move('away', 'res')
    expect(sentencesOf(await reader.read())).toEqual([])
  })

  it('R29: a file that is removed from a folder is removed, and does not come back with a later mistake', async () => {
    await folder.write('res/a.yaml', routeText('a'))
    await folder.write('res/b.yaml', routeText('b'))
    const reader = readerOf('res')
    await reader.read()
    await folder.removeEntry('res/a.yaml')
    expect(hostsOf(await reader.read())).toEqual(['b.example.com'])
    await folder.write('res/a.yaml', '{')
    expect(hostsOf(await reader.read())).toEqual(['b.example.com'])
  })
})
