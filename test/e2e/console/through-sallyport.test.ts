import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { APP, ours, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn, signInOn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { freePorts } from '../../support/parts/free-port.ts'
import type { HttpBrowser } from '../../support/parts/http-browser.ts'
import { until } from '../../support/parts/until.ts'

const HOST = 'console.localhost'
const HEADER = 'x-sallyport-assertion'

const EXAMPLE = new URL('../../../deploy/examples/console/resource.yaml', import.meta.url)

/** What the example has signed for the console. */
const { upstream } = parseAllDocuments(readFileSync(EXAMPLE, 'utf8'))
  .map((document) => document.toJS())
  .find(({ kind }) => kind === 'ProtectedRoute').spec

const route = ours('ProtectedRoute', 'console', {
  hosts: [HOST],
  clientRef: { name: 'web' },
  upstream,
})

const adminApi = (port: number) => ({
  listen: `127.0.0.1:${port}`,
  assertion: {
    audience: 'sallyport-console',
    route: 'shop/console',
    claim: 'groups',
    view: ['käufer'],
    endSessions: ['admins'],
  },
})

describe('the console behind a route of Sallyport itself', () => {
  let apiPort = 0
  const stack = useStack(async () => {
    const [port = 0, api = 0] = await freePorts(2)
    apiPort = api
    return {
      port,
      hosts: [HOST],
      resources: shop({ more: [route] }),
      oidcProvider: {
        redirectUris: [HOST, APP].map((host) => `https://${host}:${port}/oauth2/callback`),
      },
      envoy: { extraHosts: [{ domain: HOST, upstreamPort: api, isProtected: true }] },
      sallyport: {
        configuration: {
          assertions: { issuer: 'https://sallyport.example.com' },
          adminApi: adminApi(api),
        },
      },
    }
  })
  const url = (path: string): string => stack().url(HOST, path)
  const audits = () =>
    stack()
      .sallyport.log()
      .filter(({ audit }) => audit === true)

  /** Opens what will end, and sends its form as the browser of a person does. */
  const end = async (browser: HttpBrowser, query: string) => {
    const page = await browser.open(url(`/console/end?${query}`))
    const token = /name="anti-forgery" value="(?<token>[^"]+)"/.exec(page.text)?.groups?.token ?? ''
    const body = new URLSearchParams(query)
    body.set('anti-forgery', token)
    return browser.fetch(url('/console/end'), { method: 'POST', body })
  }

  it('lets in who has the claim, and ends the session of somebody else at once', async () => {
    const alice = await signedIn(stack(), stack().url(APP))
    const nobody = newHttpBrowser(stack())
    const form = await nobody.open(url('/console/sessions?subject=bob'))
    expect(new URL(form.url).hostname).toBe('idp.localhost')
    const bob = await signedIn(stack(), stack().url(APP), 'bob')
    const landed = await signInOn(nobody, form, 'alice')
    expect(landed.status).toBe(200)
    expect(landed.url).toBe(url('/console/sessions?subject=bob'))
    expect(landed.text).toContain('>bob</a>')
    expect(landed.text).toContain('alice of https://idp.localhost')
    expect(landed.text).toContain('through Sallyport')
    expect(landed.text).not.toContain('Sign out')
    const ended = await end(nobody, 'subject=bob')
    expect(ended.status).toBe(200)
    expect(ended.text).toContain('Ended 1 session.')
    const asked = await bob.browser.fetch(stack().url(APP))
    expect(asked.status).toBe(401)
    expect((await alice.browser.fetch(stack().url(APP))).status).toBe(200)
    await until('the end is in the log', async () =>
      audits().some(({ action }) => action === 'end'),
    )
    expect(audits().find(({ action }) => action === 'end')).toMatchObject({
      who: expect.stringMatching(/^alice of https:\/\/idp\.localhost/),
      way: 'assertion',
      page: '/console/end',
      outcome: 'done',
      count: 1,
    })
  })

  it('tells who lacks the claim why, and lets who may only see end nothing', async () => {
    const bob = await signedInTo('bob')
    expect(bob.landed.status).toBe(403)
    expect(bob.landed.text).toContain('its claim groups has none of the values')
    expect(bob.landed.headers['content-security-policy']).toContain("frame-ancestors 'none'")
    const zoe = await signedInTo('zoe')
    expect(zoe.landed.status).toBe(200)
    const refused = await end(zoe.browser, 'subject=bob')
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('This needs the role end-sessions')
    const json = await bob.browser.fetch(url('/v1/sessions'))
    expect(json.status).toBe(403)
    expect((await zoe.browser.fetch(url('/v1/sessions'))).status).toBe(200)
    const all = url('/v1/sessions?everything=true')
    expect((await zoe.browser.fetch(all, { method: 'DELETE' })).status).toBe(403)
  })

  it('R8: never sees an assertion that a caller sends, and believes none that comes past the gateway', async () => {
    const { browser } = await signedInTo('bob')
    const headers = { [HEADER]: 'forged' }
    const answer = await browser.open(url('/console/sessions'), { headers })
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('its claim groups has none of the values')
    const direct = `http://127.0.0.1:${apiPort}/console/sessions`
    const forged = await fetch(direct, { headers })
    expect(forged.status).toBe(403)
    expect(await forged.text()).toContain('does not count: it is no JWT')
    const bare = await fetch(direct)
    expect(bare.status).toBe(403)
    expect(await bare.text()).toContain('This request came without')
  })

  it('refuses forms of other sites, though the session comes along', async () => {
    const { browser } = await signedInTo('alice')
    const page = await browser.open(url('/console/end?subject=carol'))
    const token = /name="anti-forgery" value="(?<token>[^"]+)"/.exec(page.text)?.groups?.token ?? ''
    const form = (fields: Readonly<Record<string, string>>) =>
      new URLSearchParams({ subject: 'carol', ...fields })
    const send = (headers: Readonly<Record<string, string>>, body: URLSearchParams) =>
      browser.fetch(url('/console/end'), { method: 'POST', headers, body })
    const cross = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' }
    expect((await send(cross, form({ 'anti-forgery': token }))).status).toBe(403)
    expect((await send({}, form({}))).status).toBe(403)
    expect((await send({}, form({ 'anti-forgery': token }))).status).toBe(200)
  })

  /** Opens the console and signs in on the way. */
  const signedInTo = async (name: 'alice' | 'bob' | 'zoe') => {
    const browser = newHttpBrowser(stack())
    const form = await browser.open(url('/console/sessions'))
    return { browser, landed: await signInOn(browser, form, name) }
  }
})
