import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admission, ShownToken } from '../../core/console/administrator.ts'
import type { SiteAnswer, SiteRequest, SiteStream } from '../../core/console/console-site.ts'
import { hangUpLater } from './hang-up.ts'
import type { After, BodyReader } from './read-body.ts'

/** Whether a request is for the console, whose paths all begin alike. */
export const isForConsole = (url: string | undefined): boolean =>
  /^\/console(?:[/?]|$)/.test(url ?? '')

/** What the server knows of a request. */
interface SiteRequestParts extends Pick<SiteRequest, 'waitSeconds' | 'noteFailure'> {
  readonly admit: (token?: ShownToken) => Admission
  /** Runs what its sender may be slow with: it takes no place from others. */
  readonly aside: <T>(run: () => Promise<T>) => Promise<T>
  readonly bodies: BodyReader
}

/** A request as the console sees it. */
export const siteRequestOf = (
  request: IncomingMessage,
  { aside, bodies, ...more }: SiteRequestParts,
): SiteRequest => {
  const [path = '', ...query] = (request.url ?? '').split('?')
  return {
    ...more,
    method: request.method ?? '',
    path,
    query: query.join('?'),
    header: (name) => [request.headers[name]].flat()[0],
    readBody: (maxBytes, sender) => aside(() => bodies(request, maxBytes, sender)),
  }
}

/** Writes until the stream or its reader ends. */
const stream = (response: ServerResponse, { begin }: SiteStream, after: After): void => {
  response.flushHeaders()
  const stop = begin(
    (text) => !response.destroyed && response.write(text),
    () => {
      response.end()
      hangUpLater(response, after)
    },
  )
  response.once('close', stop)
}

/**
 * Sends what the console answers; a body that has not arrived is not waited for, nor is whoever
 * does not read.
 */
export const sendSite = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: SiteAnswer,
  after: After,
): void => {
  if (response.destroyed) return
  const length = typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : {}
  const isCut = !request.complete
  response.writeHead(status, { ...headers, ...length, ...(isCut ? { connection: 'close' } : {}) })
  if (typeof body !== 'string' && request.method !== 'HEAD') {
    stream(response, body, after)
    return
  }
  response.end(typeof body === 'string' ? body : '')
  hangUpLater(response, after)
}

/** While too many requests are answered at a time. */
export const BUSY: SiteAnswer = {
  status: 503,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'retry-after': '1',
  },
  body: 'Too many requests at a time. Try again.\n',
  use: { outcome: 'failed', detail: 'Too many requests at a time. Try again.' },
}
