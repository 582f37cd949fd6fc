import type { AdminRole } from '../../core/console/administrator.ts'
import type { ConsoleRequest } from '../../core/console/console-request.ts'
import type { SiteAnswer, SiteStream } from '../../core/console/console-site.ts'
import type { Html } from './html.ts'

type AdminAction = NonNullable<NonNullable<SiteAnswer['use']>['action']>

/** What a page has to say to a request. */
export type Content =
  | {
      readonly kind: 'page'
      /** Absent: 200. */
      readonly status?: number
      /** Absent: that of the page. */
      readonly title?: string
      /** Below the heading, which is the title. */
      readonly body: Html
      /** Whether it wants the script of the console; it has to work without. */
      readonly wantsScript?: boolean
      /** What audit lines say besides who asked for which page; absent: that it was viewed. */
      readonly use?: ContentUse
    }
  /** To another page of the console: a path and perhaps a query. */
  | { readonly kind: 'redirect'; readonly to: string; readonly use?: ContentUse }
  /** Server-sent events. */
  | { readonly kind: 'events'; readonly stream: SiteStream }
  | { readonly kind: 'not_found'; readonly sentence: string; readonly use?: ContentUse }
  /** Something was thrown: what, and what was being done. What a page rejects with does as well. */
  | { readonly kind: 'failed'; readonly thrown: unknown; readonly use: ContentUse }

type ContentUse = Pick<
  NonNullable<SiteAnswer['use']>,
  'outcome' | 'selector' | 'count' | 'detail'
> & {
  readonly action?: AdminAction
}

/** One page of the console: a file each below `pages`, and a line in the list of them. */
export interface ConsolePage {
  /** Begins with `/console/`; a final `*` stands for one segment or more. */
  readonly path: string
  /** What the navigation calls it; absent: it is not there. */
  readonly navLabel?: string
  readonly title: string
  /** Who may see it and send it forms; absent: whoever may view. */
  readonly needs?: AdminRole
  /** What its forms do, as audit lines call it; absent: it takes none. */
  readonly formAction?: AdminAction
  /** Which sessions are meant by a query or a form, also where it is refused. */
  readonly meant?: (fields: ReadonlyMap<string, string>) => ContentUse['selector']
  readonly render: (request: ConsoleRequest) => Promise<Content>
}
