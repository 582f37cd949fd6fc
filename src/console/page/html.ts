import { html as escaping } from 'hono/html'

/** HTML that was made here: whatever was put into it is shown, and not obeyed. */
export type Html = string & { readonly isEscaped: true }

/** What may be put into HTML: text is escaped, what is missing or false is left out. */
export type HtmlPart = string | number | Html | false | undefined | readonly HtmlPart[]

/**
 * HTML with text in it, between tags or in an attribute in double quotes: it is escaped for both.
 * Never put text into a script, a style, or where a URL may have any scheme.
 */
export const html = (strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html =>
  escaping(strings, ...parts) as Html
