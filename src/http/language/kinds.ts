import type { PageKind } from './texts.ts'

/**
 * What is said of a reason that a language has no text for, in English: a reason of credentials
 * that programs send, for example.
 */
export const kindTexts: Readonly<Record<PageKind, string>> = {
  login: 'You need to sign in first.',
  redirect: 'You will be taken on in a moment.',
  page: 'That is done.',
  challenge: 'This needs a valid sign-in.',
  forbid: 'This is not permitted.',
  reject: 'The request could not be processed.',
  unavailable: 'This is not possible at the moment. Please try again later.',
}
