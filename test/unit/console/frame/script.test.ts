import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { CONSOLE_SCRIPT } from '../../../../src/console/frame/script.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { handSetTimers } from '../../../support/hand-set-timers.ts'

/** As much of an element as the script needs. */
const anElement = () => {
  const appended: unknown[] = []
  return {
    textContent: '',
    href: '',
    hidden: true,
    appended,
    append: (...more: unknown[]) => void appended.push(...more),
  }
}

/** The page of decisions with its script, whose asks are answered by `status`. */
const aPage = (status: () => number) => {
  const timers = handSetTimers(handSetClock())
  const button = {
    ...anElement(),
    textContent: 'Follow',
    addEventListener: (_: string, run: () => void) => {
      click = run
    },
  }
  let click = (): void => undefined
  const said = anElement()
  const place = {
    ...anElement(),
    dataset: { after: '7', feed: '/console/decisions/feed' },
    querySelector: () => button,
  }
  const elements: Readonly<Record<string, unknown>> = {
    follow: place,
    following: said,
    decisions: anElement(),
  }
  const sources: FakeSource[] = []
  class FakeSource {
    readonly heard = new Map<string, (event: { readonly data: string }) => void>()
    onopen = (): void => undefined
    onerror = async (): Promise<void> => undefined
    isClosed = false
    constructor() {
      sources.push(this)
    }
    addEventListener(name: string, hear: (event: { readonly data: string }) => void) {
      this.heard.set(name, hear)
    }
    close() {
      this.isClosed = true
    }
  }
  const cancels = new Map<number, () => void>()
  runInNewContext(CONSOLE_SCRIPT, {
    document: { getElementById: (id: string) => elements[id], createElement: anElement },
    location: { href: 'https://console.example.com/console/decisions' },
    URL,
    EventSource: FakeSource,
    fetch: async () => {
      const now = status()
      if (now === 0) throw new TypeError('Failed to fetch')
      return { status: now }
    },
    setTimeout: (run: () => void, ms: number) => {
      cancels.set(cancels.size + 1, timers.after(ms, run))
      return cancels.size
    },
    clearTimeout: (id: number) => cancels.get(id)?.(),
  })
  return { timers, button, said, sources, click: () => click(), latest: () => sources.at(-1) }
}

it.each([401, 403])('stops where the sign-in has ended, and leads to it: %i', async (status) => {
  const { timers, button, said, sources, click, latest } = aPage(() => status)
  click()
  await latest()?.onerror()
  expect(said.textContent).toBe('Not following any longer: your sign-in has ended.')
  expect(said.appended).toContainEqual(
    expect.objectContaining({ href: 'https://console.example.com/console/decisions' }),
  )
  expect([button.textContent, sources.length, timers.waiting()]).toEqual(['Follow', 1, []])
})

it('tries again ever more seldom where nothing answers, and gives up', async () => {
  const { timers, said, sources, click, latest } = aPage(() => 0)
  click()
  const waits: number[] = []
  for (let nth = 0; nth < 7; nth += 1) {
    await latest()?.onerror()
    waits.push(...timers.waiting())
    timers.pass(60_000)
  }
  expect(waits).toEqual([3_000, 6_000, 12_000, 24_000, 48_000, 60_000, 60_000])
  await latest()?.onerror()
  expect(said.textContent).toBe('Not following any longer: the connection was lost.')
  expect([sources.length, timers.waiting()]).toEqual([8, []])
  expect(sources.every(({ isClosed }) => isClosed)).toBe(true)
})

it('begins with short waits again once something was told', async () => {
  const { timers, click, latest } = aPage(() => 503)
  click()
  await latest()?.onerror()
  timers.pass(3_000)
  await latest()?.onerror()
  expect(timers.waiting()).toEqual([6_000])
  timers.pass(6_000)
  latest()?.heard.get('over')?.({ data: '{}' })
  await latest()?.onerror()
  expect(timers.waiting()).toEqual([3_000])
})

it('does not go on where it was stopped while it asked', async () => {
  const { timers, said, click, latest } = aPage(() => 0)
  click()
  const lost = latest()?.onerror()
  click()
  await lost
  expect([said.textContent, timers.waiting()]).toEqual(['Not following any longer.', []])
})
