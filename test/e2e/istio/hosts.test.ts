import { describe, expect, it } from 'vitest'
import { istioAttachment, startIstioGateway } from '../../support/e2e/istio-gateway.ts'
import { API, APP, shop, UNKNOWN } from '../../support/e2e/manifests.ts'
import { sendPlain } from '../../support/e2e/plain-client.ts'
import { seenDuring, timesSeen } from '../../support/e2e/seen.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

/** What the README of the example offers besides. */
const EDGE_PROFILE = { defaultConfig: { connectionSettings: { profile: 'EDGE' } } } as const

describe('Istio, where only some hosts of a Gateway are asked about', () => {
  const stack = useStack({
    resources: shop({ client: { authorizationRequest: { responseMode: 'form_post' } } }),
    gateway: async (options) => {
      const hosts = [APP, API].flatMap((host) => ['--host', host])
      const words = ['--gateway', 'hosts.istio-system', ...hosts, '--callback-body']
      const attachment = await istioAttachment(...words)
      return startIstioGateway(options, {
        ...attachment,
        meshConfig: { ...attachment.meshConfig, ...EDGE_PROFILE },
      })
    },
  })

  it.each([
    ['as it is', 'app.localhost'],
    ['with a port', 'app.localhost:443'],
    ['with another port', 'app.localhost:1'],
    ['in upper case', 'APP.LocalHost'],
    ['in upper case with a port', 'APP.LOCALHOST:443'],
    ['with a trailing dot', 'app.localhost.'],
    ['with a trailing dot and a port', 'app.localhost.:443'],
  ])('R3: a host is asked about %s', async (_name, host) => {
    const seen = await seenDuring(stack(), async () => {
      const response = await sendPlain(stack(), { host, target: '/orders' })
      expect([response.status, response.header('x-sallyport-reason')]).toEqual([
        401,
        'login_required',
      ])
    })
    expect(seen).toEqual([])
    expect((await sendPlain(stack(), { host, target: '/assets/logo.svg' })).status).toBe(200)
  })

  it('R2: a host in an absolute target is asked about, whatever the Host line says', async () => {
    const seen = await seenDuring(stack(), async () => {
      const target = `https://${APP}:${stack().port}/orders`
      expect((await sendPlain(stack(), { host: UNKNOWN, target })).status).toBe(401)
    })
    expect(seen).toEqual([])
  })

  it('R16: sends a form along by which a provider answers, and lets larger bodies pass', async () => {
    const browser = newHttpBrowser(stack())
    const body = new URLSearchParams({ code: 'abc', state: 'def' })
    const handed = await browser.send(stack().url(APP, '/oauth2/callback'), {
      method: 'POST',
      body,
    })
    expect([handed.status, handed.headers['x-sallyport-reason']]).toEqual([
      303,
      'login_handed_over',
    ])
    const large = { method: 'POST', body: 'a'.repeat(20_000) }
    expect((await browser.send(stack().url(APP, '/orders'), large)).status).toBe(401)
    expect((await browser.send(stack().url(UNKNOWN, '/large'), large)).status).toBe(200)
  })

  it('leaves every other host to whoever protects that', async () => {
    const host = `${UNKNOWN}:${stack().port}`
    expect((await sendPlain(stack(), { host, target: '/not-ours' })).status).toBe(200)
    expect(timesSeen(stack(), '/not-ours')).toBe(1)
  })

  it('R8: refuses headers with an underscore by its edge profile, and redirects encoded slashes', async () => {
    const host = `${APP}:${stack().port}`
    const target = '/assets/underscore'
    const lines = [['x_auth_subject', 'root']] as const
    expect((await sendPlain(stack(), { host, target, lines })).status).toBe(400)
    expect(timesSeen(stack(), target)).toBe(0)
    const redirected = await sendPlain(stack(), { host, target: '/assets/..%2fadmin' })
    expect([redirected.status, redirected.header('location')]).toEqual([307, '/admin'])
  })
})
