import type { IncomingMessage, ServerResponse } from 'node:http'
import { startHttpListener } from './http-listener.ts'

/** A request as the protected service received it. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  /** Every header line in its order, as `[name, value]`, duplicates and spelling kept. */
  readonly headerLines: readonly (readonly [name: string, value: string])[]
  /** Lower-case names; several lines of one name are joined. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A protected service that answers with what it received. */
export interface RunningUpstream {
  readonly port: number
  /** Everything it received so far, the oldest first. */
  readonly requests: () => readonly SeenRequest[]
  readonly stop: () => Promise<void>
}

const seen = async (request: IncomingMessage): Promise<SeenRequest> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { rawHeaders } = request
  const headerLines = rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  )
  const headers: Record<string, string> = {}
  for (const [name, value] of headerLines) {
    const key = name.toLowerCase()
    const earlier = headers[key]
    headers[key] = earlier === undefined ? value : `${earlier}, ${value}`
  }
  const body = Buffer.concat(chunks).toString()
  return { method: request.method ?? '', path: request.url ?? '', headerLines, headers, body }
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

type HeaderLine = SeenRequest['headerLines'][number]

/** What a gateway tells the service about its caller. */
const TELLS_WHO = /^(?:authorization|x-auth-.*|x-user-.*)$/i

/** A token fills more than the screen of a phone. */
const tokenLast = (lines: readonly HeaderLine[]): readonly HeaderLine[] => {
  const isToken = ([name]: HeaderLine): number => Number(/^authorization$/i.test(name))
  return lines.toSorted((one, other) => isToken(one) - isToken(other))
}

const entry = ([name, value]: HeaderLine): string =>
  `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`

const list = (lines: readonly HeaderLine[], without: string): string =>
  lines.length === 0 ? `<p>${without}</p>` : `<dl>\n${lines.map(entry).join('\n')}\n</dl>`

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere }
h1 { font-size: 1.5rem } h2 { font-size: 1.125rem; margin: 2rem 0 .5rem }
code, dd { font-family: ui-monospace, monospace }
nav { display: flex; flex-wrap: wrap; gap: 0 1.5rem }
nav a { padding: .625rem 0 }
dl { display: grid; grid-template-columns: minmax(0, 14rem) minmax(0, 1fr); margin: 0 }
dt, dd { margin: 0; padding: .3rem 0; border-top: 1px solid #8884 }
dt { font-weight: 500 } dd { max-height: 9rem; overflow-y: auto }
@media (max-width: 40rem) {
  dl { grid-template-columns: minmax(0, 1fr) }
  dt { padding-bottom: 0 } dd { border-top: 0; padding-top: 0 }
}`

/** A page of the upstream: who is calling, where to go from here, and whatever else reached it. */
const page = (request: SeenRequest, signOutPath: string): string => {
  const { who = [], rest = [] } = Object.groupBy(request.headerLines, ([name]) =>
    TELLS_WHO.test(name) ? 'who' : 'rest',
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(request.headers.host ?? 'upstream')}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>The protected service received</h1>
<p><code id="request-line">${escapeHtml(request.method)} ${escapeHtml(request.path)}</code></p>
<nav><a href="/">Start</a><a href="/admin">Admins only</a><a href="/assets/style.css">A public file</a><a id="sign-out" href="${escapeHtml(signOutPath)}">Sign out</a></nav>
<h2>Who is calling</h2>
${list(tokenLast(who), 'Nothing says who.')}
<h2>The rest of the request</h2>
${list(rest, 'Nothing.')}
</body>
</html>
`
}

const prefersHtml = (request: SeenRequest): boolean =>
  request.headers.accept?.includes('text/html') === true

const answer = (request: SeenRequest, response: ServerResponse, signOutPath: string): void => {
  const html = prefersHtml(request)
  response.setHeader('content-type', html ? 'text/html; charset=utf-8' : 'application/json')
  response.setHeader('cache-control', 'no-store')
  response.end(html ? page(request, signOutPath) : `${JSON.stringify(request, undefined, 2)}\n`)
}

/**
 * Starts an echo of HTTP on a free port of 127.0.0.1: a page for browsers, JSON (a `SeenRequest`)
 * for all others.
 */
export const startUpstream = async (
  options: { readonly signOutPath?: string } = {},
): Promise<RunningUpstream> => {
  const requests: SeenRequest[] = []
  const listener = await startHttpListener(async (incoming, response) => {
    const request = await seen(incoming)
    requests.push(request)
    answer(request, response, options.signOutPath ?? '/oauth2/logout')
  })
  return { port: listener.port, requests: () => requests, stop: listener.takeDown }
}
