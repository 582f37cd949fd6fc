import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { keepPictures } from '../../support/e2e/use-chromium.ts'
import { type RunningChromium, startChromium } from '../../support/parts/chromium.ts'
import { type RunningUpstream, startUpstream } from '../../support/parts/upstream.ts'

/** What the gateway tells of a caller, with a token and groups that fill more than a screen. */
const TOLD = {
  'x-auth-subject': 'alice',
  'x-auth-email': 'alice@example.test',
  'x-user-groups': JSON.stringify(Array.from({ length: 200 }, (_, team) => `/shop/team-${team}`)),
  authorization: `Bearer ${'e'.repeat(2_000)}`,
} as const

const LONG_PATH = `/orders/${'0'.repeat(200)}?id=7`

let chromium: RunningChromium
let upstream: RunningUpstream

beforeAll(async () => {
  upstream = await startUpstream()
  chromium = await startChromium({ trustedKey: '' })
})

afterAll(async () => {
  await chromium.stop()
  await upstream.stop()
})

const open = async (width: number, headers: Readonly<Record<string, string>>): Promise<Page> => {
  const profile = await chromium.browser.newContext({
    viewport: { width, height: 640 },
    isMobile: width < 500,
    extraHTTPHeaders: { ...headers },
  })
  onTestFinished(() => profile.close())
  const page = await profile.newPage()
  await page.goto(`http://127.0.0.1:${upstream.port}${LONG_PATH}`)
  return page
}

const namesBelow = (page: Page, heading: string): Promise<readonly string[]> =>
  page.locator(`h2:text-is("${heading}") + dl > dt`).allTextContents()

describe('the page of the protected service', () => {
  it.each([320, 1000])('is no wider than a window of %i pixels', async (width) => {
    const page = await open(width, TOLD)
    const root = 'document.documentElement'
    const widths = await page.evaluate<number[]>(`[${root}.scrollWidth, ${root}.clientWidth]`)
    expect(widths).toEqual([width, width])
    await keepPictures(page, `upstream-${width}`)
  })

  it('says who is calling first, on the first screen of a phone', async () => {
    const page = await open(320, TOLD)
    const told = await namesBelow(page, 'Who is calling')
    expect(told.toSorted()).toEqual(Object.keys(TOLD).toSorted())
    expect(told.at(-1)).toBe('authorization')
    const first = page.locator('dl > dt').first()
    expect(await first.textContent()).toBe(told[0])
    const box = await first.boundingBox()
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(640)
  })

  it('keeps what is told and what came by itself apart', async () => {
    const page = await open(320, TOLD)
    const rest = await namesBelow(page, 'The rest of the request')
    expect(rest).toContain('Host')
    expect(rest.map((name) => name.toLowerCase())).not.toContain('x-auth-subject')
  })

  it('says so where nothing tells who is calling', async () => {
    const page = await open(320, {})
    expect(await page.locator('h2:text-is("Who is calling") + p').textContent()).toBe(
      'Nothing says who.',
    )
  })

  it('has links that a finger hits', async () => {
    const page = await open(320, TOLD)
    for (const link of await page.locator('nav a').all()) {
      expect((await link.boundingBox())?.height).toBeGreaterThanOrEqual(44)
    }
  })
})
