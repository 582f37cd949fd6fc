import type { HttpBrowser, Page } from '../parts/http-browser.ts'

const plain = (text: string): string => text.replaceAll('&amp;', '&')

const found = (page: Page, pattern: RegExp): string => {
  const [, text] = pattern.exec(page.text) ?? []
  if (text === undefined) throw new Error(`There is no ${pattern} at ${page.url}:\n${page.text}`)
  return new URL(plain(text), page.url).href
}

/** Whether a page of the gateway asks if a program may act for the person. */
export const asksForConsent = ({ text }: Page): boolean =>
  text.includes('authorization_consent_asked')

/** Where the page that goes on by itself goes on to. */
export const onwardOf = (page: Page): string => found(page, /href="([^"]*)" data-onward/)

/** What the page of this very host sends when a button is pressed, and the page that follows. */
export const answerOn = (
  browser: HttpBrowser,
  page: Page,
  answer: 'allow' | 'deny',
): Promise<Page> => {
  const action = found(page, new RegExp(`action="([^"]*answer=${answer}[^"]*)"`))
  const headers = {
    origin: new URL(page.url).origin,
    referer: page.url,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
  }
  return browser.open(action, { method: 'POST', headers })
}

/** Agrees, and goes on to the provider. */
export const agreeOn = async (browser: HttpBrowser, page: Page): Promise<Page> =>
  browser.open(onwardOf(await answerOn(browser, page, 'allow')))
