import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { LANGUAGES_ALONG } from '../../../src/http/translations/languages.ts'
import { violationsOf } from '../../support/e2e/axe.ts'
import { keepPicture } from '../../support/e2e/pictures.ts'
import { SHOWN_PAGES, serveShownPages } from '../../support/e2e/shown-pages.ts'
import { type RunningChromium, startChromium } from '../../support/parts/chromium.ts'

const NARROW = { viewport: { width: 320, height: 640 } } as const

/** As wide as a page is at most, so that pictures are small. */
const PICTURED = { viewport: { width: 640, height: 480 } } as const

let chromium: RunningChromium
let pages: Awaited<ReturnType<typeof serveShownPages>>

beforeAll(async () => {
  chromium = await startChromium({ trustedKey: 'none' })
  pages = await serveShownPages()
})

afterAll(async () => {
  await pages?.stop()
  await chromium?.stop()
})

/** Opens pages as a person with these settings sees them. */
const personWith = async (settings: BrowserContextOptions) => {
  const context = await chromium.browser.newContext({ ...NARROW, ...settings })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const refusals: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) refusals.push(message.text())
  })
  const open = async (name: string): Promise<Page> => {
    await page.goto(pages.urlOf('brand', name), { waitUntil: 'commit' })
    await page.waitForSelector('footer')
    return page
  }
  /** The same of one that goes on by itself, as it stands until then. */
  const openAtRest = async (name: string): Promise<Page> => {
    await page.route(pages.urlOf('brand', name), async (route) => {
      const response = await route.fetch()
      const body = await response.text()
      await route.fulfill({ response, body: body.replace(/<script>[\s\S]*?<\/script>/, '') })
    })
    return open(name)
  }
  return { open, openAtRest, refusals }
}

const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

/** The links and buttons in the order in which the keyboard reaches them, and their outlines. */
const reachedBy = async (page: Page, count: number): Promise<readonly string[]> => {
  const reached: string[] = []
  for (let nth = 0; nth < count; nth += 1) {
    await page.keyboard.press('Tab')
    const outlined: string = await page.evaluate(
      `document.activeElement.textContent + '|' + getComputedStyle(document.activeElement).outlineStyle`,
    )
    reached.push(outlined)
  }
  return reached
}

/** Those that stay where they are. */
const RESTING = Object.entries(SHOWN_PAGES)
  .filter(([, { onward, resend, reload }]) => (onward ?? resend ?? reload) === undefined)
  .map(([name]) => name)

it('every page fits 320 pixels, is used by keyboard, and breaks no policy', async () => {
  const { open, refusals } = await personWith({ locale: 'en' })
  for (const name of RESTING) {
    const page = await open(name)
    const texts = await page.locator('a, button').allTextContents()
    expect([name, await overflowOf(page)]).toEqual([name, 0])
    expect(await reachedBy(page, texts.length)).toEqual(texts.map((text) => `${text}|solid`))
  }
  expect(refusals).toEqual([])
})

it.each(['light', 'dark'] as const)(
  'every page is clean for axe-core, in %s',
  async (colorScheme) => {
    const { openAtRest } = await personWith({ locale: 'en', colorScheme, ...PICTURED })
    /** In the dark nothing but colours is different. */
    const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined
    for (const name of Object.keys(SHOWN_PAGES)) {
      const page = await openAtRest(name)
      expect([name, await violationsOf(page, rules)]).toEqual([name, []])
      if (colorScheme === 'light') await keepPicture(page, `page-${name}`)
    }
  },
)

it.each([...LANGUAGES_ALONG, 'ar'])('a page in %s is in it, and fits', async (locale) => {
  const { open } = await personWith({ locale })
  const page = await open('sign-out')
  expect(await page.locator('html').getAttribute('lang')).toBe(locale)
  expect(await overflowOf(page)).toBe(0)
})

it('a page of Arabic begins at the right, and a logo is seen', async () => {
  const { open } = await personWith({ locale: 'ar-EG' })
  const page = await open('expired')
  const [main, drawing] = [
    await page.locator('main').boundingBox(),
    await page.locator('main > svg').boundingBox(),
  ]
  expect(drawing?.x ?? 0).toBeGreaterThan((main?.x ?? 0) + (main?.width ?? 0) / 2)
  expect(await page.getByRole('img', { name: 'Example AG' }).count()).toBe(1)
  expect(await page.evaluate("document.querySelector('.brand img').naturalWidth")).toBe(150)
})
