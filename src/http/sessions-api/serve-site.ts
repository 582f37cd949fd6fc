import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Admission, ShownToken } from '../../core/console/administrator.ts'
import type { SiteAnswer, SiteRequest, SiteStream } from '../../core/console/console-site.ts'

/** Whether a request is for the console, whose paths all begin alike. */
export const isForConsole = (url: string | undefined): boolean =>
  /^\/console(?:[/?]|$)/.test(url ?? '')

/** What is too long is left where it is: the answer still has to get through. */
const readBody = async (
  request: IncomingMessage,
  maxBytes: number,
): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length
      if (bytes > maxBytes) return undefined
      chunks.push(chunk)
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What the server knows of a request. */
interface SiteRequestParts extends Pick<SiteRequest, 'waitSeconds' | 'noteFailure'> {
  readonly admit: (token?: ShownToken) => Admission
  /** Runs what its sender may be slow with: it takes no place from others. */
  readonly aside: <T>(run: () => Promise<T>) => Promise<T>
}

/** A request as the console sees it. */
export const siteRequestOf = (
  request: IncomingMessage,
  { aside, ...more }: SiteRequestParts,
): SiteRequest => {
  const [path = '', ...query] = (request.url ?? '').split('?')
  return {
    ...more,
    method: request.method ?? '',
    path,
    query: query.join('?'),
    header: (name) => [request.headers[name]].flat()[0],
    readBody: (maxBytes) => aside(() => readBody(request, maxBytes)),
  }
}

/** Writes until the stream or its reader ends. */
const stream = (response: ServerResponse, { begin }: SiteStream): void => {
  response.flushHeaders()
  const stop = begin(
    (text) => !response.destroyed && response.write(text),
    () => void response.end(),
  )
  response.once('close', stop)
}

/** Sends what the console answers; a body that has not arrived is not waited for. */
export const sendSite = (
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: SiteAnswer,
): void => {
  if (response.destroyed) return
  const length = typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : {}
  const isCut = !request.complete
  response.writeHead(status, { ...headers, ...length, ...(isCut ? { connection: 'close' } : {}) })
  if (typeof body === 'string') response.end(body)
  else if (request.method === 'HEAD') response.end()
  else stream(response, body)
}

/** While too many requests are answered at a time. */
export const BUSY: SiteAnswer = {
  status: 503,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '1' },
  body: 'Too many requests at a time. Try again.\n',
  use: { outcome: 'failed', detail: 'Too many requests at a time. Try again.' },
}
