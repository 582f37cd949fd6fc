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

const row = ([name, value]: readonly [string, string]): string =>
  `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 3rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8884 }
th { white-space: nowrap; font-weight: 500 }
td { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
nav a { margin-right: 1.5rem }`

/** A page of the upstream: what reached it, and where to go from here. */
const page = (request: SeenRequest, signOutPath: string): string => `<!doctype html>
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
<table>
${request.headerLines.map(row).join('\n')}
</table>
</body>
</html>
`

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
