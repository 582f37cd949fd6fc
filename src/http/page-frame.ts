import type { Header } from '../core/decision/decision.ts'
import type { Reason } from '../core/reason/reason.ts'
import type { Phrase } from '../core/wording/phrase.ts'
import { escapeHtml } from './brand/markup.ts'
import type { PageSetting } from './look.ts'

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
}

/** A phrase in the language of the page, as it may stand in HTML. */
export const saying = ({ language }: PageSetting, phrase: Phrase): string =>
  escapeHtml(language.say(phrase))

/**
 * The headers of a page under this Content Security Policy; it tells others nothing of its URL. It
 * varies with what its reader takes (RFC 9110 section 12.5.5).
 */
export const pageHeaders = (
  { language }: PageSetting,
  policy: string,
  referrer = 'no-referrer',
): readonly Header[] => [
  ['content-type', 'text/html; charset=utf-8'],
  ['content-language', language.tag],
  ['vary', 'Accept, Accept-Language'],
  ['content-security-policy', policy],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', referrer],
]

const help = (setting: PageSetting): string => {
  const { help: given } = setting.look
  if (given === undefined) return ''
  const label = given.label === undefined ? saying(setting, 'help') : escapeHtml(given.label)
  return `<p class="help"><a href="${escapeHtml(given.url)}" target="_top">${label}</a></p>\n`
}

/**
 * The frame of every page: whose it is, what happened, what to do, and in small print where to get
 * help and what to tell whoever helps.
 */
export const framePage = (parts: PageParts, setting: PageSetting): string => {
  const { look, language, requestId } = setting
  const heading = escapeHtml(parts.heading)
  return `<!doctype html>
<html lang="${language.tag}" dir="${language.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${heading}${look.markup.titleEnd}</title>
<style>${look.style.text}</style>
</head>
<body>
<main class="${parts.mood.tone}">
${look.markup.head}<svg viewBox="0 0 24 24" aria-hidden="true">${parts.mood.drawing}</svg>
<h1>${heading}</h1>
<p>${escapeHtml(parts.message)}</p>
${parts.content}
<footer>
${help(setting)}<dl><dt>${saying(setting, 'reason')}</dt><dd>${escapeHtml(parts.reason)}</dd><dt>${saying(setting, 'request')}</dt><dd>${escapeHtml(requestId)}</dd></dl>
</footer>
</main>
</body>
</html>
`
}
