import type { OnUnauthenticated } from '../policy/policy.ts'
import type { Request } from './request.ts'
import { trimBlanks } from './trim-blanks.ts'

type Asked = Pick<Request, 'method' | 'header'>

/**
 * Whether a program calls by gRPC or gRPC-Web, by the content type (gRPC over HTTP/2): it follows
 * no redirect and reads no page.
 */
export const isGrpc = ({ header }: Pick<Request, 'header'>): boolean =>
  header('content-type')?.startsWith('application/grpc') === true

const isSafeMethod = (method: string): boolean => method === 'GET' || method === 'HEAD'

const isPrefetch = (header: Request['header']): boolean =>
  /prefetch|prerender/i.test(header('sec-purpose') ?? header('purpose') ?? '')

/** No browser lists more; the rest of a longer `accept` is passed over. */
const MAX_RANGES = 64

const PAGE_TYPES: ReadonlySet<string> = new Set(['text/html', 'application/xhtml+xml'])

const isWantedPage = (range: string): boolean => {
  const [type = '', ...parameters] = range.split(';', MAX_RANGES).map(trimBlanks)
  return (
    PAGE_TYPES.has(type.toLowerCase()) && !parameters.some((part) => /^q=0(?:\.0*)?$/i.test(part))
  )
}

const acceptsHtml = (header: Request['header']): boolean =>
  (header('accept') ?? '').split(',', MAX_RANGES).some(isWantedPage)

/** What a request says about itself: a page to show, something else, or nothing. */
type Kind = 'navigation' | 'other' | 'unknown'

/** A page within a page, with a history and cookies of its own. */
const FRAMES: ReadonlySet<string> = new Set(['iframe', 'frame'])

const fetchMetadata = (mode: string, dest: string | undefined): Kind =>
  mode === 'navigate' && (dest === undefined || dest === 'document') ? 'navigation' : 'other'

const kindOf = (request: Asked): Kind => {
  const { header } = request
  if (!isSafeMethod(request.method) || isPrefetch(header)) return 'other'
  if (header('x-requested-with') !== undefined || isGrpc(request)) return 'other'
  const mode = header('sec-fetch-mode')
  if (mode !== undefined) return fetchMetadata(mode, header('sec-fetch-dest'))
  if (acceptsHtml(header)) return 'navigation'
  const accept = header('accept')
  return accept === undefined || accept.includes('*/*') ? 'unknown' : 'other'
}

/**
 * Whether a request without an acceptable credential may be sent to the provider (R19). `Auto`:
 * navigations, that is GET or HEAD with `Sec-Fetch-Mode: navigate` for a document (Fetch Metadata),
 * or with an HTML `Accept` where the browser sends no fetch metadata. `Login` adds GET and HEAD
 * requests that say nothing about themselves. A body is never risked: any other method is
 * challenged.
 */
export const mayLogin = (request: Asked, setting: OnUnauthenticated): boolean => {
  if (setting === 'Challenge') return false
  const kind = kindOf(request)
  return kind === 'navigation' || (setting === 'Login' && kind === 'unknown')
}

/** Whether a browser shows what is asked for in a frame of a page (Fetch Metadata). */
export const isForFrame = ({ method, header }: Asked): boolean =>
  isSafeMethod(method) &&
  header('sec-fetch-mode') === 'navigate' &&
  FRAMES.has(header('sec-fetch-dest') ?? '') &&
  !isPrefetch(header)

const OWN_SITE: ReadonlySet<string> = new Set(['same-origin', 'same-site', 'none'])

/**
 * Who caused a request (Fetch Metadata `Sec-Fetch-Site`): a page of this site or the person, or
 * another site. `unknown`: the browser is too old to say.
 */
export type Cause = 'own' | 'foreign' | 'unknown'

/** Who caused a request, as far as the browser tells. */
export const causeOf = ({ header }: Pick<Request, 'header'>): Cause => {
  const site = header('sec-fetch-site')
  if (site === undefined) return 'unknown'
  return OWN_SITE.has(site) ? 'own' : 'foreign'
}

/** Whether a page only embeds what is asked for: an image, a script, a style. */
export const isEmbedded = ({ header }: Pick<Request, 'header'>): boolean =>
  header('sec-fetch-mode') === 'no-cors'

/** Whether the browser only prepares for a visit that may never happen. */
export const isSpeculative = (request: Pick<Request, 'header'>): boolean =>
  isPrefetch(request.header)
