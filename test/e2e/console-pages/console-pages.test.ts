import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { consoleDataSaying, HOSTILE } from '../../support/console-data.ts'
import { violationsOf } from '../../support/e2e/axe.ts'
import { keepPicture } from '../../support/e2e/pictures.ts'
import { SHOWN_TOKEN, serveShownConsole } from '../../support/e2e/shown-console.ts'
import { type RunningChromium, startChromium } from '../../support/parts/chromium.ts'

let chromium: RunningChromium
let shop: Awaited<ReturnType<typeof serveShownConsole>>

beforeAll(async () => {
  chromium = await startChromium({ trustedKey: 'none' })
  shop = await serveShownConsole()
})

afterAll(async () => {
  await shop?.stop()
  await chromium?.stop()
})

/** Every page of the console, by its name. */
const pagesOf = (sessionId: string): Readonly<Record<string, string>> => ({
  overview: '/console/',
  routes: '/console/routes',
  route: '/console/routes/shop/shop',
  providers: '/console/providers',
  problems: '/console/problems',
  decisions: '/console/decisions?reason=claim_mismatch',
  sessions: '/console/sessions',
  session: `/console/sessions/${sessionId}`,
  end: `/console/end?id=${sessionId}`,
  explain: '/console/explain',
  'not-found': '/console/nowhere',
})

const signIn = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/console/`)
  await page.getByLabel('Token').fill(SHOWN_TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}

/** A person with these settings at a console, and what their browser complained of. */
const personAt = async (url: string, settings: BrowserContextOptions = {}) => {
  const context = await chromium.browser.newContext(settings)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && request.url() !== 'data:,') {
      complaints.push(`went to ${request.url()}`)
    }
  })
  return { context, page, complaints }
}

const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

it.each(['light', 'dark'] as const)(
  'every page is clean for axe-core, fits 320 pixels and asks nobody else, in %s',
  async (colorScheme) => {
    const { page, complaints } = await personAt(shop.url, { colorScheme })
    /** In the dark nothing but colours is different. */
    const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined
    await page.goto(`${shop.url}/console/sign-in`)
    expect(await violationsOf(page)).toEqual([])
    await signIn(page, shop.url)
    for (const [name, path] of Object.entries(pagesOf(shop.sessionId))) {
      await page.setViewportSize({ width: 1000, height: 700 })
      await page.goto(shop.url + path)
      expect([name, await violationsOf(page, rules)]).toEqual([name, []])
      if (colorScheme === 'light') await keepPicture(page, `console-${name}`)
      else if (name === 'overview') await keepPicture(page, `console-${name}-dark`)
      await page.setViewportSize({ width: 320, height: 640 })
      expect([name, await overflowOf(page)]).toEqual([name, 0])
    }
    expect(complaints).toEqual([])
  },
)

const FOCUSABLE = 'a[href], button, input:not([type=hidden]), select, textarea, [tabindex="0"]'

/** What can be used of a page, and how many of it the keyboard reaches, each with an outline. */
const reachedOf = async (
  page: Page,
): Promise<{ readonly usable: number; readonly lost: string[] }> => {
  await page.evaluate(
    `window.usable = new Set([...document.querySelectorAll('${FOCUSABLE}')].filter((one) => one.checkVisibility()))`,
  )
  const usable: number = await page.evaluate('window.usable.size')
  for (let nth = 0; nth < usable; nth += 1) {
    await page.keyboard.press('Tab')
    await page.evaluate(
      `getComputedStyle(document.activeElement).outlineStyle === 'solid' && window.usable.delete(document.activeElement)`,
    )
  }
  const lost: string[] = await page.evaluate(`[...window.usable].map((one) => one.outerHTML)`)
  return { usable, lost }
}

it('whatever can be used is reached by keyboard, and shows that it is', async () => {
  const { page } = await personAt(shop.url)
  await signIn(page, shop.url)
  for (const [name, path] of Object.entries(pagesOf(shop.sessionId))) {
    await page.goto(shop.url + path)
    const { usable, lost } = await reachedOf(page)
    expect([name, lost]).toEqual([name, []])
    expect(usable).toBeGreaterThan(8)
  }
})

it('a request is explained by keyboard alone, and the answer is clean for axe-core', async () => {
  const { page } = await personAt(shop.url)
  await signIn(page, shop.url)
  await page.goto(`${shop.url}/console/explain`)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.type('https://shop.example.com/api/orders')
  await page.getByLabel('Claims').focus()
  await page.keyboard.type('groups: [buyers]')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Explanation' }).waitFor()
  const main = await page.locator('main section').textContent()
  expect(main).toContain('200 allowed')
  expect(main).toMatch(/holds +claim groups has one of: buyers/)
  expect(await violationsOf(page)).toEqual([])
  await keepPicture(page, 'console-explanation')
})

it('the latest decisions follow, and stop when they are told to', async () => {
  const { page, complaints } = await personAt(shop.url)
  await signIn(page, shop.url)
  await page.goto(`${shop.url}/console/decisions?host=shop.example.com&reason=claim_mismatch`)
  const rows = page.locator('#decisions tr')
  const before = await rows.count()
  await page.getByRole('button', { name: 'Follow' }).click()
  await page.getByText('Following: new decisions appear at the top.').waitFor()
  shop.check(['other.example.com', '/unseen', 'no_policy'])
  shop.check(['shop.example.com', '/<b>seen', 'claim_mismatch', 'mallory'])
  await page.getByText('GET /<b>seen').waitFor()
  expect(await rows.first().textContent()).toContain('shop.example.comforbidclaim_mismatch')
  expect(await page.getByText('/unseen').count()).toBe(0)
  expect(await rows.count()).toBe(before + 1)
  expect(await violationsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('Not following any longer.').waitFor()
  expect(complaints).toEqual([])
})

it('following goes on when a stream is over, and shows nothing twice', async () => {
  const hasty = await serveShownConsole(undefined, undefined, 100)
  onTestFinished(hasty.stop)
  const { page } = await personAt(hasty.url)
  let streams = 0
  page.on('request', (request) => {
    if (request.url().includes('/decisions/feed')) streams += 1
  })
  await signIn(page, hasty.url)
  await page.goto(`${hasty.url}/console/decisions?host=shop.example.com`)
  await page.getByRole('button', { name: 'Follow' }).click()
  await expect.poll(() => streams).toBeGreaterThan(1)
  hasty.check(['shop.example.com', '/seen-first', 'claim_mismatch'])
  const before = streams
  await expect.poll(() => streams).toBeGreaterThan(before + 1)
  hasty.check(['shop.example.com', '/seen-next', 'claim_mismatch'])
  await page.getByText('/seen-next').waitFor()
  expect(await page.getByText('/seen-first').count()).toBe(1)
  expect(await page.getByText('/seen-next').count()).toBe(1)
})

it('following ends with the sign-in, and leads to a new one', async () => {
  const hasty = await serveShownConsole(undefined, undefined, 100)
  onTestFinished(hasty.stop)
  const { page } = await personAt(hasty.url)
  await signIn(page, hasty.url)
  await page.goto(`${hasty.url}/console/decisions?host=shop.example.com`)
  await page.getByRole('button', { name: 'Follow' }).click()
  await page.context().clearCookies()
  await page.getByText('Not following any longer: your sign-in has ended.').waitFor()
  await page.getByRole('link', { name: 'Load the page anew.' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await page.locator('input[name=to]').getAttribute('value')).toContain('/console/decisions')
})

it('whoever is one too many to follow is told so', async () => {
  const { data } = consoleDataSaying('text', {}, 0)
  const full = await serveShownConsole(data)
  onTestFinished(full.stop)
  const { page } = await personAt(full.url)
  await signIn(page, full.url)
  await page.goto(`${full.url}/console/decisions`)
  await page.getByRole('button', { name: 'Follow' }).click()
  await page.getByText('Too many follow already').waitFor()
  expect(await page.getByRole('button', { name: 'Follow' }).count()).toBe(1)
})

it('without a script everything but following is there', async () => {
  const { page } = await personAt(shop.url, { javaScriptEnabled: false })
  await signIn(page, shop.url)
  await page.goto(`${shop.url}/console/decisions`)
  expect(await page.getByRole('button', { name: 'Follow' }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'Load anew' }).count()).toBe(1)
  expect(await page.locator('#decisions tr').count()).toBeGreaterThan(10)
  await page.goto(`${shop.url}/console/routes`)
  await page.getByRole('searchbox').fill('partners')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByText('1 in all.').waitFor()
})

it('texts from outside are text in every page, followed ones as well', async () => {
  const fed = consoleDataSaying(HOSTILE)
  const hostile = await serveShownConsole(fed.data, { subject: HOSTILE, agent: HOSTILE })
  onTestFinished(hostile.stop)
  const { page, complaints } = await personAt(hostile.url)
  await signIn(page, hostile.url)
  for (const path of Object.values(pagesOf(hostile.sessionId))) {
    await page.goto(hostile.url + path)
    expect([path, await page.evaluate('window.hit')]).toEqual([path, undefined])
    expect(await page.locator('main img, main script').count()).toBe(0)
  }
  await page.goto(`${hostile.url}/console/decisions`)
  await page.getByRole('button', { name: 'Follow' }).click()
  await page.getByText('Following: new decisions appear at the top.').waitFor()
  fed.tell({ ...(fed.data.recentDecisions({})[0] ?? never()), requestId: `again ${HOSTILE}` })
  await page.getByText('again ').waitFor()
  expect(await page.locator('main img, main script').count()).toBe(0)
  expect(complaints).toEqual([])
})

const never = (): never => {
  throw new Error('There is no decision.')
}
