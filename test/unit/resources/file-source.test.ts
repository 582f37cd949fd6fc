import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { oneStep, UNHURRIED } from '../../../src/core/time/steps.ts'
import { createFileSource, type FileSource } from '../../../src/resources/file-source.ts'
import type { ManifestRead } from '../../../src/resources/manifest/joined-manifests.ts'
import { createResourceSchema } from '../../../src/resources/schema/schema.ts'
import { type ManifestFolder, manifestFolder, routeText } from '../../support/manifest-folder.ts'

const schema = createResourceSchema()

const hostsOf = ({ resources }: ManifestRead): string =>
  resources.flatMap((it) => (it.kind === 'ProtectedRoute' ? it.spec.hosts : [])).join(' ')

let folder: ManifestFolder
let source: FileSource | undefined

beforeEach(async () => {
  folder = await manifestFolder()
})

afterEach(async () => {
  await source?.close()
  source = undefined
  await folder.remove()
})

/**
 * Starts a source, and lets a test wait for a read that it is looking for, among those that came or
 * will come.
 */
const watchPaths = async (...names: readonly string[]) => {
  const reads: ManifestRead[] = []
  const errors: unknown[] = []
  const waiting = new Set<() => void>()
  source = createFileSource({
    paths: names.map(folder.pathOf),
    schema,
    clock: { nowMs: () => performance.now() },
    pace: UNHURRIED,
    debounceMs: 150,
    onChange: (read) =>
      oneStep(() => {
        reads.push(read)
        for (const look of waiting) look()
      }),
    onError: (error) => errors.push(error),
  })
  await source.start()
  const until = (isIt: (read: ManifestRead) => boolean) =>
    new Promise<ManifestRead>((resolve) => {
      const look = () => {
        const last = reads.at(-1)
        if (last === undefined || !isIt(last)) return
        waiting.delete(look)
        resolve(last)
      }
      waiting.add(look)
      look()
    })
  const untilHosts = (hosts: string) => until((read) => hostsOf(read) === hosts)
  return { reads, errors, until, untilHosts }
}

describe('watching files', () => {
  it('has read everything when it has started', async () => {
    await folder.write('res/a.yaml', routeText('a'))
    const { reads } = await watchPaths('res')
    expect(reads.map(hostsOf)).toEqual(['a.example.com'])
  })

  it('follows edits in place, saves by rename, new files and removed ones', async () => {
    await folder.write('res/a.yaml', routeText('a', 'one'))
    const { untilHosts, errors } = await watchPaths('res')
    await folder.write('res/a.yaml', routeText('a', 'two'))
    await untilHosts('two')
    await folder.saveByRename('res/a.yaml', routeText('a', 'three'))
    await untilHosts('three')
    await folder.saveByRename('res/a.yaml', routeText('a', 'four'))
    await untilHosts('four')
    await folder.write('res/sub/b.yaml', routeText('b', 'five'))
    await untilHosts('four five')
    await folder.removeEntry('res/a.yaml')
    await untilHosts('five')
    expect(errors).toEqual([])
  })

  it('follows a single file through saves by rename', async () => {
    await folder.write('a.yaml', routeText('a', 'one'))
    const { untilHosts } = await watchPaths('a.yaml')
    await folder.saveByRename('a.yaml', routeText('a', 'two'))
    await untilHosts('two')
    await folder.saveByRename('a.yaml', routeText('a', 'three'))
    await untilHosts('three')
  })

  it('follows a mounted ConfigMap through every swap of its data', async () => {
    await folder.mount('1', { 'a.yaml': routeText('a', 'one') })
    const { untilHosts } = await watchPaths('.')
    await folder.mount('2', { 'a.yaml': routeText('a', 'two') })
    await folder.removeEntry('..1')
    await untilHosts('two')
    await folder.mount('3', { 'a.yaml': routeText('a', 'three') })
    await folder.removeEntry('..2')
    await untilHosts('three')
  })

  it('R29: a folder that vanishes keeps its objects, and is followed again when it returns', async () => {
    await folder.write('res/a.yaml', routeText('a', 'one'))
    const { until, untilHosts } = await watchPaths('res')
    await folder.move('res', 'away')
    const without = await until(({ problems }) => problems.length > 0)
    expect(hostsOf(without)).toBe('one')
    await folder.write('res/a.yaml', routeText('a', 'two'))
    await untilHosts('two')
    await folder.write('res/a.yaml', routeText('a', 'three'))
    await untilHosts('three')
  })

  it('R29: a text that is no YAML is reported, and its last good content stays', async () => {
    await folder.write('res/a.yaml', routeText('a', 'one'))
    const { until, untilHosts } = await watchPaths('res')
    await folder.write('res/a.yaml', 'kind: {')
    const broken = await until(({ problems }) => problems.length > 0)
    expect(hostsOf(broken)).toBe('one')
    await folder.write('res/a.yaml', routeText('a', 'two'))
    expect((await untilHosts('two')).problems).toEqual([])
  })

  it('starts with a path that is not there yet, and reads it when it comes', async () => {
    const { reads, untilHosts } = await watchPaths('later')
    expect(reads.map(({ problems }) => problems.length)).toEqual([1])
    await folder.write('later/a.yaml', routeText('a', 'one'))
    await untilHosts('one')
  })

  it('reads a burst of changes as one', async () => {
    await folder.write('res/a0.yaml', routeText('a0'))
    const { reads, until } = await watchPaths('res')
    const names = Array.from({ length: 20 }, (_, index) => `a${index}`)
    await Promise.all(names.map((name) => folder.write(`res/${name}.yaml`, routeText(name))))
    await until(({ resources }) => resources.length === 20)
    expect(reads.map(({ resources }) => resources.length)).toEqual([1, 20])
  })

  it('hands an error of its listener to onError and goes on', async () => {
    await folder.write('a.yaml', routeText('a', 'one'))
    const errors: unknown[] = []
    source = createFileSource({
      paths: [folder.pathOf('a.yaml')],
      schema,
      clock: { nowMs: () => performance.now() },
      pace: UNHURRIED,
      debounceMs: 1,
      onChange: () => {
        throw new Error('listener')
      },
      onError: (error) => errors.push(error),
    })
    await source.start()
    expect(errors).toEqual([new Error('listener')])
  })

  it('ends its start when it is closed meanwhile, and says nothing', async () => {
    await folder.write('a.yaml', routeText('a', 'one'))
    const reads: ManifestRead[] = []
    source = createFileSource({
      paths: [folder.pathOf('a.yaml')],
      schema,
      clock: { nowMs: () => performance.now() },
      pace: UNHURRIED,
      debounceMs: 1,
      onChange: (read) =>
        oneStep(() => {
          reads.push(read)
        }),
      onError: () => undefined,
    })
    const starting = source.start()
    await source.close()
    await starting
    expect(reads).toEqual([])
  })
})
