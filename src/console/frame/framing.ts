import type { SiteAnswer } from '../../core/console/console-site.ts'
import { type Html, html } from '../page/html.ts'
import type { ConsoleBrand } from './brand.ts'
import { PAGE_HEADERS, SECURITY_HEADERS } from './headers.ts'
import { type Framed, framePage } from './layout.ts'

/** What a page says, and what is noted about it. */
export interface PageParts {
  readonly status: number
  readonly title: string
  readonly body: Html
  readonly wantsScript?: boolean
  readonly use: NonNullable<SiteAnswer['use']>
  readonly headers?: Readonly<Record<string, string>>
}

/** Puts pages into the frame of this console. */
export interface Framing {
  readonly framed: (parts: PageParts, seat?: Framed['seat']) => SiteAnswer
  /** A page of one sentence. */
  readonly said: (
    parts: Omit<PageParts, 'body'> & { readonly sentence: string },
    seat?: Framed['seat'],
  ) => SiteAnswer
}

/** `brand` is asked for each page: its logo may change. */
export const createFraming = (brand: () => ConsoleBrand): Framing => {
  const framed: Framing['framed'] = (parts, seat) => {
    const { status, title, body, wantsScript = false, use, headers } = parts
    return {
      status,
      headers: { ...PAGE_HEADERS, ...headers },
      body: framePage({
        title,
        body,
        wantsScript,
        brand: brand(),
        ...(seat === undefined ? {} : { seat }),
      }),
      use,
    }
  }
  return {
    framed,
    said: ({ sentence, ...parts }, seat) =>
      framed({ ...parts, body: html`<p>${sentence}</p>` }, seat),
  }
}

/** To another page of the console, by GET. */
export const redirectTo = (
  location: string,
  use: SiteAnswer['use'],
  headers: Readonly<Record<string, string>> = {},
): SiteAnswer => ({
  status: 303,
  headers: { ...SECURITY_HEADERS, 'cache-control': 'no-store', location, ...headers },
  body: '',
  ...(use === undefined ? {} : { use }),
})
