import type { Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { fetchMachineToken } from '../../support/e2e/access-tokens.ts'
import { ours } from '../../support/e2e/manifests.ts'
import { PAGES, pageHosts } from '../../support/e2e/page-hosts.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { API_AUDIENCE } from '../../support/parts/oidc-provider-settings.ts'
import {
  type StreamingUpstream,
  startStreamingUpstream,
} from '../../support/parts/streaming-upstream.ts'

const STREAMS = 'streams.shop.test'
const COOKIE = '__Host-token'

const route = (port: number) =>
  ours('ProtectedRoute', 'streams', {
    hosts: [STREAMS],
    authenticate: [
      {
        bearer: {
          providerRef: { name: 'idp' },
          audiences: [API_AUDIENCE],
          from: [{ query: 'access_token' }, { cookie: COOKIE }],
        },
      },
    ],
    cors: { allowOrigins: [`https://${PAGES}:${port}`], allowCredentials: true },
  })

describe('streams that a script opens, in Chromium', () => {
  let upstream: StreamingUpstream | undefined
  const stack = useStack(async () => {
    upstream = await startStreamingUpstream()
    const { port: upstreamPort } = upstream
    const extraHosts = [{ domain: STREAMS, upstreamPort, isProtected: true }]
    return pageHosts({ hosts: [STREAMS], more: (port) => [route(port)], envoy: { extraHosts } })
  })
  afterAll(() => upstream?.stop())
  const { newProfile } = useChromium(stack)

  const page = async (cookie?: string): Promise<Page> => {
    const profile = await newProfile()
    if (cookie !== undefined) {
      const where = { url: stack().url(STREAMS), secure: true, httpOnly: true }
      await profile.addCookies([
        { ...where, name: COOKIE, value: cookie },
        { ...where, name: 'theme', value: 'dark' },
      ])
    }
    const tab = await profile.newPage()
    await tab.goto(stack().url(PAGES, '/page'))
    return tab
  }

  const token = (): Promise<string> => fetchMachineToken(stack(), newHttpBrowser(stack()))

  /** What a WebSocket says: its greeting and an echo, or that it was refused. */
  const talk = (tab: Page, path: string): Promise<readonly string[]> =>
    tab.evaluate(`new Promise((resolve) => {
      const heard = []
      const socket = new WebSocket(${JSON.stringify(stack().url(STREAMS, path).replace('https', 'wss'))})
      socket.onmessage = ({ data }) => {
        heard.push(data)
        if (heard.length === 1) socket.send('hello')
        else socket.close()
      }
      socket.onclose = () => resolve(heard)
    })`)

  /** The first event of a stream, or that it was refused. */
  const listen = (tab: Page, path: string): Promise<string> =>
    tab.evaluate(`new Promise((resolve) => {
      const events = new EventSource(${JSON.stringify(stack().url(STREAMS, path))}, { withCredentials: true })
      const end = (said) => { events.close(); resolve(said) }
      events.onmessage = ({ data }) => end(data)
      events.onerror = () => end('refused ' + events.readyState)
    })`)

  const lastSeen = () => upstream?.seen().at(-1)

  /** No log has the token, once both have written about the request. */
  const inNoLog = async (path: string, secret: string): Promise<void> => {
    const logs = [() => stack().sallyport.output(), () => stack().envoy.output()]
    for (const log of logs) {
      await expect.poll(log, { timeout: 30_000 }).toContain(`"${path}"`)
      expect(log().includes(secret)).toBe(false)
      expect(log().includes(secret.slice(-40))).toBe(false)
    }
  }

  it('R31: a WebSocket with a token in the query: upgraded, and the rest is as it was', async () => {
    const secret = await token()
    const heard = await talk(await page(), `/ws?z=%7e&access_token=${secret}&a=%2F+x&&b=~`)
    expect(heard).toEqual(['path /ws?z=%7e&a=%2F+x&&b=~', 'echo hello'])
    expect(lastSeen()).toMatchObject({
      kind: 'websocket',
      headers: {
        authorization: `Bearer ${secret}`,
        'x-auth-subject': 'machine',
        origin: `https://${PAGES}:${stack().port}`,
      },
    })
    await inNoLog('/ws', secret)
  })

  it('R31: an EventSource with a token in the query, from a page of another origin', async () => {
    const secret = await token()
    const heard = await listen(await page(), `/events?z=%7e&a=%2F+x&&access%5Ftoken=${secret}`)
    expect(heard).toBe('path /events?z=%7e&a=%2F+x&')
    expect(lastSeen()).toMatchObject({
      kind: 'events',
      headers: { authorization: `Bearer ${secret}`, accept: 'text/event-stream' },
    })
    await inNoLog('/events', secret)
  })

  it('R31: both with a token in a cookie, which stays here; other cookies go on', async () => {
    const secret = await token()
    const tab = await page(secret)
    expect(await talk(tab, '/ws-by-cookie?a=1')).toEqual(['path /ws-by-cookie?a=1', 'echo hello'])
    expect(lastSeen()?.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      cookie: 'theme=dark',
    })
    expect(await listen(tab, '/events-by-cookie?a=1')).toBe('path /events-by-cookie?a=1')
    expect(lastSeen()?.headers.cookie).toBe('theme=dark')
    await inNoLog('/ws-by-cookie', secret)
    await inNoLog('/events-by-cookie', secret)
  })

  it('R23: neither without a token, with a bad one, or with two; the upstream hears nothing', async () => {
    const secret = await token()
    const tab = await page()
    const both = await page(secret)
    const before = upstream?.seen().length
    for (const query of ['', '?access_token=', '?access_token=bad', `?access_token=${secret}x`]) {
      expect([query, await talk(tab, `/ws${query}`)]).toEqual([query, []])
      expect([query, await listen(tab, `/events${query}`)]).toEqual([query, 'refused 2'])
    }
    expect(await talk(both, `/ws?access_token=${secret}`)).toEqual([])
    expect(await listen(both, `/events?access_token=${secret}`)).toBe('refused 2')
    expect(upstream?.seen().length).toBe(before)
    await inNoLog('/events', secret)
  })
})
