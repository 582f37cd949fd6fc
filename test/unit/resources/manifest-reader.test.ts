import { symlink } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ManifestRead } from '../../../src/resources/manifest/manifests.ts'
import { MAX_FILE_BYTES } from '../../../src/resources/manifest-files.ts'
import { createManifestReader } from '../../../src/resources/manifest-reader.ts'
import { createResourceSchema } from '../../../src/resources/schema/schema.ts'
import { type ManifestFolder, manifestFolder, routeText } from '../../support/manifest-folder.ts'

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
