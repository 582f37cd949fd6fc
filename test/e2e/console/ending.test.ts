import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { violationsOf } from '../../support/e2e/axe.ts'
import { SHOWN_TOKEN, serveShownConsole } from '../../support/e2e/shown-console.ts'
import { type RunningChromium, startChromium } from '../../support/parts/chromium.ts'

describe('an administrator in Chromium', () => {
  let chromium: RunningChromium
  let shown: Awaited<ReturnType<typeof serveShownConsole>>
  beforeAll(async () => {
    chromium = await startChromium({ trustedKey: 'none' })
    shown = await serveShownConsole()
  })
  afterAll(async () => {
    await shown?.stop()
    await chromium?.stop()
  })

  it('signs in, ends a session and signs out, by keyboard and without a script', async () => {
    const context = await chromium.browser.newContext({ javaScriptEnabled: false })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.goto(`${shown.url}/console/sessions/${shown.sessionId}`)
    await heading('Sign in')
    await page.getByLabel('Token').fill('a-wrong-token-of-thirty-two-letters!')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('not among those that count').waitFor()
    await page.getByLabel('Token').fill(SHOWN_TOKEN)
    await page.keyboard.press('Enter')
    await heading('Session')
    await page.getByRole('link', { name: 'End this session' }).press('Enter')
    await heading('End sessions?')
    await page.getByRole('button', { name: 'End this session' }).press('Enter')
    await heading('Sessions ended')
    await page.getByRole('status').getByText('Ended 1 session.').waitFor()
    await page.goto(`${shown.url}/console/sessions/${shown.sessionId}`)
    await heading('Not found')
    await page.getByRole('button', { name: 'Sign out' }).press('Enter')
    await heading('Sign in')
    expect(await context.cookies()).toEqual([])
    await page.goto(`${shown.url}/console/sessions`)
    await heading('Sign in')
  })

  it('reads pages that are clean for axe-core, whatever is wrong', async () => {
    const context = await chromium.browser.newContext({ viewport: { width: 320, height: 600 } })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const isClean = async () => {
      expect(await violationsOf(page)).toEqual([])
      const widths = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth'
      expect(await page.evaluate(widths)).toBe(true)
    }
    await page.goto(`${shown.url}/console/sign-in`)
    await page.getByLabel('Token').fill('a-wrong-token-of-thirty-two-letters!')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await isClean()
    await page.getByLabel('Token').fill(SHOWN_TOKEN)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    for (const path of [
      '/console/sessions?client=shop&after=x',
      '/console/sessions?subject=nobody',
      '/console/end',
      '/console/end?subject=nobody',
    ]) {
      await page.goto(shown.url + path)
      await isClean()
    }
    await page.getByRole('button', { name: 'End all of them' }).press('Enter')
    await page.getByRole('heading', { name: 'Sessions ended' }).waitFor()
    await isClean()
  })
})
