import type { LookupFunction } from 'node:net'
import { Agent, request } from 'undici'
import { type CookieJar, createCookieJar } from './cookie-jar.ts'

/** A request as it is sent: nothing is added but the cookies of the jar, where asked for. */
export interface HttpRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | URLSearchParams
}

/** A response, read to its end. */
export interface HttpResponse {
  readonly url: string
  readonly status: number
  /** Lower-case names; the last of several lines, but for `set-cookie`. */
  readonly headers: Readonly<Record<string, string>>
  readonly setCookie: readonly string[]
  readonly text: string
  /** @throws SyntaxError if it is not JSON */
  readonly json: () => unknown
}

/** A page that a navigation ended on, and the addresses it went through. */
export interface Page extends HttpResponse {
  readonly hops: readonly string[]
}

/**
 * A browser without a screen: plain HTTP, a cookie jar, redirects and forms. It finds every
 * `*.localhost` on loopback, as browsers do (RFC 6761 section 6.3), and trusts the given authority.
 */
export interface HttpBrowser {
  readonly jar: CookieJar
  /** One request without cookies; redirects are not followed. */
  readonly send: (url: string, options?: HttpRequest) => Promise<HttpResponse>
  /** One request of a script on the page: with cookies, and redirects are not followed. */
  readonly fetch: (url: string, options?: HttpRequest) => Promise<HttpResponse>
  /** Opens an address as a person does, and follows redirects. */
  readonly open: (url: string, options?: HttpRequest) => Promise<Page>
  /** Presses a button of the first form on the page, with these fields filled in. */
  readonly submit: (page: Page, fields: Readonly<Record<string, string>>) => Promise<Page>
  readonly close: () => Promise<void>
}

const MAX_HOPS = 20

const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
  'upgrade-insecure-requests': '1',
} as const

const SCRIPT = {
  accept: '*/*',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
} as const

/** Finds every name on loopback: hosts of a test have no others. */
export const lookupOnLoopback: LookupFunction = (_hostname, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}

const unescapeHtml = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_match, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

const attribute = (tag: string, name: string): string | undefined => {
  const value = tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1]
  return value === undefined ? undefined : unescapeHtml(value)
}

/** The address, method and prefilled fields of the first form. */
const readForm = (page: Page) => {
  const [form] = page.text.match(/<form[^>]*>/) ?? []
  if (form === undefined) throw new Error(`There is no form at ${page.url}:\n${page.text}`)
  const [within = ''] = page.text.match(/<form[\s\S]*?(?:<\/form>|$)/) ?? []
  const inputs = within.match(/<input[^>]*>/g) ?? []
  const fields = inputs.flatMap((tag): [string, string][] => {
    const name = attribute(tag, 'name')
    return name === undefined ? [] : [[name, attribute(tag, 'value') ?? '']]
  })
  return {
    action: new URL(attribute(form, 'action') ?? page.url, page.url).href,
    method: (attribute(form, 'method') ?? 'get').toUpperCase(),
    fields: Object.fromEntries(fields),
  }
}

const createSender = (agent: Agent, jar: CookieJar) => {
  const send = async (url: string, options: HttpRequest = {}): Promise<HttpResponse> => {
    const { body } = options
    const isForm = body instanceof URLSearchParams
    const response = await request(url, {
      dispatcher: agent,
      method: options.method ?? 'GET',
      headers: {
        ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...(options.headers as Record<string, string | string[]> | undefined),
      },
      ...(body === undefined ? {} : { body: isForm ? body.toString() : body }),
    })
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(response.headers)) {
      if (value !== undefined) headers[name] = Array.isArray(value) ? (value.at(-1) ?? '') : value
    }
    const setCookie = [response.headers['set-cookie'] ?? []].flat()
    const text = await response.body.text()
    const json = (): unknown => JSON.parse(text)
    return { url, status: response.statusCode, headers, setCookie, text, json }
  }
  const withCookies = async (url: string, options: HttpRequest): Promise<HttpResponse> => {
    const cookie = jar.headerFor(new URL(url))
    const headers = { ...(cookie === undefined ? {} : { cookie }), ...options.headers }
    const response = await send(url, { ...options, headers })
    jar.store(new URL(url), response.setCookie)
    return response
  }
  return { send, withCookies }
}

/** Opens a browser with an empty jar. */
export const createHttpBrowser = (options: { readonly caPem?: string } = {}): HttpBrowser => {
  const agent = new Agent({
    // HTTP/1.1 sends header names as they are spelled, which HTTP/2 cannot.
    allowH2: false,
    connect: {
      lookup: lookupOnLoopback,
      ...(options.caPem === undefined ? {} : { ca: options.caPem }),
    },
  })
  const jar = createCookieJar()
  const { send, withCookies } = createSender(agent, jar)

  const open = async (url: string, first: HttpRequest = {}): Promise<Page> => {
    const hops = [url]
    let response = await withCookies(url, {
      ...first,
      headers: { ...NAVIGATION, ...first.headers },
    })
    while (
      response.headers.location !== undefined &&
      response.status >= 300 &&
      response.status < 400
    ) {
      const next = new URL(response.headers.location, response.url).href
      if (hops.push(next) > MAX_HOPS) throw new Error(`Redirected in a loop:\n${hops.join('\n')}`)
      response = await withCookies(next, { headers: NAVIGATION })
    }
    return { ...response, hops }
  }
  return {
    jar,
    send,
    fetch: (url, each = {}) =>
      withCookies(url, { ...each, headers: { ...SCRIPT, ...each.headers } }),
    open,
    submit: (page, fields) => {
      const form = readForm(page)
      const all = new URLSearchParams({ ...form.fields, ...fields })
      const headers = { referer: page.url }
      if (form.method === 'POST') return open(form.action, { method: 'POST', body: all, headers })
      return open(`${form.action}?${all}`)
    },
    close: () => agent.close(),
  }
}
