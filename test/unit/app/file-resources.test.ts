import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ResourcesDeps } from '../../../src/app/resources.ts'
import type { Pace } from '../../../src/core/time/steps.ts'
import { createSnapshot } from '../../../src/policy/applying/snapshot.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { type ManifestFolder, manifestFolder } from '../../support/manifest-folder.ts'
import { type OpenedResources, openResources } from '../../support/opened-resources.ts'
import { SHOP, SHOP_SECRET } from '../../support/resource-folder.ts'

let folder: ManifestFolder
let opened: OpenedResources
/** Ends what rests. */
let release: () => void

const open = (more: Partial<ResourcesDeps> = {}): void => {
  opened = openResources({ source: 'files', paths: [folder.path] }, more)
}

beforeEach(async () => {
  folder = await manifestFolder()
  await folder.write('shop.yaml', SHOP)
  await folder.write('secret.yaml', SHOP_SECRET)
  release = () => undefined
})

afterEach(async () => {
  release()
  await opened.resources.close()
  await folder.remove()
})

const stateOf = (host: string): string => opened.snapshot.find({ host, contextExtensions: {} }).kind

/** By a rename, so that no read meets half a file. */
const moveTo = (host: string): Promise<void> =>
  folder.saveByRename('shop.yaml', SHOP.replace('hosts: [shop.example.com]', `hosts: [${host}]`))

/** A pace whose rests a test ends: between any two steps, once it was stopped. */
const paceByHand = () => {
  let isStopped = false
  let waiting: (() => void) | undefined
  const pace: Pace = {
    isSpent: () => isStopped,
    rest: () =>
      new Promise((resolve) => {
        waiting = resolve
      }),
  }
  const step = (): boolean => {
    const resume = waiting
    waiting = undefined
    resume?.()
    return resume !== undefined
  }
  const go = (): void => {
    isStopped = false
    step()
  }
  release = go
  const stop = (): void => {
    isStopped = true
  }
  return { pace, stop, isResting: () => waiting !== undefined, step, go }
}

it('R30: nothing is in force, and nobody has started, before the first compilation is whole', async () => {
  const { pace, stop, step, isResting, go } = paceByHand()
  open({ pace })
  stop()
  let isStarted = false
  const starting = opened.resources.start().then(() => {
    isStarted = true
  })
  for (let steps = 0; steps < 10; steps += 1) {
    await vi.waitUntil(isResting)
    expect([stateOf('shop.example.com'), isStarted, opened.swaps()]).toEqual([
      'not_synced',
      false,
      0,
    ])
    step()
  }
  go()
  await starting
  expect(stateOf('shop.example.com')).toBe('found')
})

it('R30: while an edit is compiled the former snapshot answers, and then the new one, as a whole', async () => {
  const { pace, stop, step, isResting, go } = paceByHand()
  open({ pace })
  await opened.resources.start()
  stop()
  await moveTo('moved.example.com')
  const seen = new Set<string>()
  while (opened.swaps() === 1) {
    await vi.waitUntil(() => isResting() || opened.swaps() === 2)
    seen.add(`${stateOf('shop.example.com')} ${stateOf('moved.example.com')}`)
    step()
  }
  seen.add(`${stateOf('shop.example.com')} ${stateOf('moved.example.com')}`)
  expect([...seen]).toEqual(['found none', 'none found'])
  go()
})

it('what is in force has its counts before anything of it is counted', async () => {
  await opened.resources.start()
  expect(opened.counted).toEqual(
    new Set(['IdentityProvider shop/keycloak', 'OIDCClient shop/shop']),
  )
})

it('a change is timed from its first word to its effect; what was read first, or changes nothing, is not', async () => {
  const clock = handSetClock()
  const { pace, stop, isResting, go } = paceByHand()
  open({ pace, clock })
  await opened.resources.start()
  await folder.saveByRename('shop.yaml', `# nothing else\n${SHOP}`)
  await folder.saveByRename('broken.yaml', 'kind: [')
  await vi.waitUntil(() => opened.resources.problems() === 1)
  expect(opened.edits()).toEqual([])
  stop()
  await moveTo('moved.example.com')
  await vi.waitUntil(isResting)
  clock.advance(1_500)
  go()
  await vi.waitUntil(() => opened.swaps() === 2)
  expect(opened.edits()).toEqual([1_500])
})

it('a newer edit waits for the one that is compiled, and is in force after it', async () => {
  const { pace, stop, isResting, go } = paceByHand()
  open({ pace })
  await opened.resources.start()
  stop()
  await moveTo('second.example.com')
  await vi.waitUntil(isResting)
  await moveTo('third.example.com')
  go()
  await vi.waitUntil(() => stateOf('third.example.com') === 'found')
  expect(stateOf('second.example.com')).toBe('none')
  expect(stateOf('shop.example.com')).toBe('none')
})

it('an edit whose swap throws is not in force, and the same content is when it is told again', async () => {
  const snapshot = createSnapshot()
  const swap = vi.fn(snapshot.swap)
  open({ snapshot: { ...snapshot, swap } })
  await opened.resources.start()
  swap.mockImplementation(() => {
    throw new Error('no swap')
  })
  const blog = `${SHOP}---\n${SHOP_SECRET}`.replaceAll('shop', 'blog')
  await folder.saveByRename('blog.yaml', blog)
  await vi.waitUntil(() => opened.log.includes('The resource files cannot be watched.'))
  expect(stateOf('blog.example.com')).toBe('none')
  expect(opened.resources.clients.find('blog/blog').kind).toBe('none')
  expect(opened.resources.providers()).toHaveLength(1)
  expect(opened.swaps()).toBe(1)
  swap.mockImplementation(snapshot.swap)
  await folder.saveByRename('blog.yaml', `# said again\n${blog}`)
  await vi.waitUntil(() => stateOf('blog.example.com') === 'found')
  expect(opened.resources.clients.find('blog/blog').kind).toBe('found')
})

it('what says the same in another way is no new snapshot, though it is read', async () => {
  open()
  await opened.resources.start()
  await folder.saveByRename('shop.yaml', `# nothing else\n${SHOP}`)
  await folder.saveByRename('more.yaml', SHOP_SECRET.replace('shop-oidc', 'another'))
  await vi.waitUntil(() => opened.swaps() === 2)
  await folder.saveByRename('shop.yaml', `# and nothing again\n${SHOP}`)
  await folder.saveByRename('broken.yaml', 'kind: [')
  await vi.waitUntil(() => opened.resources.problems() === 1)
  expect(opened.swaps()).toBe(2)
})
