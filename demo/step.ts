import type { HttpBrowser, Page } from '../test/support/parts/http-browser.ts'
import { endUsers } from '../test/support/parts/oidc-provider-settings.ts'

/** One thing to try, and what it must lead to. Throws a sentence when it leads elsewhere. */
export interface Step {
  readonly name: string
  readonly take: () => Promise<string>
}

/** @throws Error with the sentence, and the page that it is about */
export const expect = (isSo: boolean, sentence: string, page?: { readonly text: string }): void => {
  if (!isSo) throw new Error(page === undefined ? sentence : `${sentence}\n${page.text}`)
}

/** Fills in the provider's form and follows the redirects back. */
export const signIn = (
  browser: HttpBrowser,
  form: Page,
  name: keyof typeof endUsers,
): Promise<Page> =>
  browser.submit(form, { login: name, password: endUsers[name].password, action: 'sign-in' })
