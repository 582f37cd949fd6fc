import type { Header } from '../core/decision/decision.ts'
import type { Reason } from '../core/reason/reason.ts'
import { PAGE_STYLE } from './page-style.ts'

/** How a page feels: one word for its style, one drawing on a 24 by 24 grid. */
export interface Mood {
  readonly tone: 'good' | 'plain' | 'warn'
  readonly drawing: string
}

/** What a page says. `content` is HTML, whatever else is text. */
export interface PageParts {
  readonly mood: Mood
  readonly heading: string
  readonly message: string
  readonly content: string
  readonly reason: Reason
  readonly requestId: string
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it may stand in HTML, attributes included. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')

/** The headers of a page under this Content Security Policy; it tells others nothing of its URL. */
export const pageHeaders = (policy: string, referrer = 'no-referrer'): readonly Header[] => [
  ['content-type', 'text/html; charset=utf-8'],
  ['content-security-policy', policy],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', referrer],
]

/**
 * The frame of every page: what happened, what to do, and in small print what to tell whoever
 * helps.
 */
export const framePage = (parts: PageParts): string => {
  const heading = escapeHtml(parts.heading)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${heading}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main class="${parts.mood.tone}">
<svg viewBox="0 0 24 24" aria-hidden="true">${parts.mood.drawing}</svg>
<h1>${heading}</h1>
<p>${escapeHtml(parts.message)}</p>
${parts.content}
<footer>
<dl><dt>Reason</dt><dd>${escapeHtml(parts.reason)}</dd><dt>Request</dt><dd>${escapeHtml(parts.requestId)}</dd></dl>
</footer>
</main>
</body>
</html>
`
}
