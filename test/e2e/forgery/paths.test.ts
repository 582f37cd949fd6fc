import { describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { sendPlain } from '../../support/e2e/plain-client.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

/** Targets that begin like a public path and read like another one to somebody on the way. */
const OUT_OF_PUBLIC = [
  '/assets/../admin',
  '/assets/..%2fadmin',
  '/assets%2f..%2fadmin',
  '/assets/%2e%2e/admin',
  '/assets/.%2e/admin',
  '/assets/%2E%2E%2Fadmin',
  '/assets/%252e%252e/admin',
  '/assets/%252e%252e%252fadmin',
  '/assets/..;/admin',
  '/assets/..;x=1/admin',
  '/assets;/../admin',
  '/assets/..\\admin',
  '/assets\\..\\admin',
  '/assets/..%5cadmin',
  '/assets/%5c..%5c..%5cadmin',
  '/assets/%00/../admin',
  '/assets/..%00/admin',
  '/assets/..%c0%af/admin',
  '/assets/%ff',
  '/assets/%',
  '/assets/..%23/admin',
  '/assets/..%0d%0a/admin',
  '/admin?/assets/',
  '/admin?x=/../assets/logo.svg',
  '/admin#/assets/logo.svg',
  '/admin%23/assets/',
  '/admin;/assets/logo.svg',
  '/admin/..%2fassets%2f..%2fadmin',
  '/assetsx',
  '/assets.evil',
  '/Assets/logo.svg',
]

/** Spellings of the path that only admins may reach. */
const INTO_ADMIN = [
  '/admin',
  '/admin/',
  '/admin/users',
  '/%61dmin',
  '/%2561dmin',
  '//admin',
  '/%2fadmin',
  '/./admin',
  '/x/../admin',
  '/x/%2e%2e/admin',
  '/x/..;/admin',
  '/x/..%2fadmin',
  '/admin;x=1',
  '/admin%3bx=1',
  '/admin%2fusers',
  '/admin%252fusers',
  '/admin\\users',
  '/\\admin',
  '/admin%00',
  '/admin?x#y',
]

const ATTEMPTS = [
  ['x-forwarded-uri', '/assets/logo.svg'],
  ['x-forwarded-path', '/assets/logo.svg'],
  ['x-original-url', '/assets/logo.svg'],
  ['x-original-uri', '/assets/logo.svg'],
  ['x-rewrite-url', '/assets/logo.svg'],
  ['x-envoy-original-path', '/assets/logo.svg'],
  ['x-forwarded-host', 'idp.localhost'],
  ['x-forwarded-method', 'OPTIONS'],
  ['x-http-method-override', 'OPTIONS'],
  ['forwarded', 'for=127.0.0.1;host=idp.localhost;proto=https'],
  ['x-forwarded-for', '127.0.0.1'],
  ['x-envoy-internal', 'true'],
  ['x-ext-authz', 'allow'],
  ['referer', 'https://app.localhost/assets/logo.svg'],
  ['user-agent', 'kube-probe/1.36'],
  ['user-agent', 'GoogleHC/1.0'],
  ['user-agent', 'ELB-HealthChecker/2.0'],
] as const

describe('a path', () => {
  const stack = useStack({ resources: shop(), envoy: { headersWithUnderscores: 'ALLOW' } })

  const send = (target: string, lines: readonly (readonly [string, string])[] = []) =>
    sendPlain(stack(), { host: `${APP}:${stack().port}`, target, lines })

  it.each(OUT_OF_PUBLIC)('R5: %s is not public', async (target) => {
    const seen = await seenDuring(stack(), async () => {
      const { status } = await send(target)
      expect([400, 401]).toContain(status)
    })
    expect(seen).toEqual([])
  })

  it.each(INTO_ADMIN)('R5: %s is closed to whoever may not see /admin', async (target) => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/'), 'bob')
    const session = browser.jar.value(APP, '__Host-sallyport')
    const seen = await seenDuring(stack(), async () => {
      const { status } = await send(target, [['cookie', `__Host-sallyport=${session}`]])
      expect([400, 403]).toContain(status)
    })
    expect(seen).toEqual([])
  })

  it('R5: that Envoy makes canonical is public under that name, and reaches the upstream so', async () => {
    const spellings = [
      '/assets//a',
      '/assets/./a',
      '/x/../assets/a',
      '/assets/x/%2e%2e/a',
      '/%61ssets/a',
    ]
    for (const target of [...spellings, '/assets/;/../a']) {
      const response = await send(target)
      expect([target, response.status]).toEqual([target, 200])
      const { path } = JSON.parse(response.text) as { path: string }
      expect(['/assets/a', '/%61ssets/a']).toContain(path)
    }
  })

  it('is given on with its query as it came', async () => {
    const target = '/assets/a?x=%2F..%2f&y=;&z=//&w=%2e%2e'
    expect((await send(target)).status).toBe(200)
    expect(lastSeen(stack(), target).path).toBe(target)
  })

  it.each(ATTEMPTS)('R2: is not made public by %s: %s', async (name, value) => {
    const seen = await seenDuring(stack(), async () => {
      expect((await send('/orders', [[name, value]])).status).toBe(401)
    })
    expect(seen).toEqual([])
  })

  it.each(['/healthz', '/livez', '/readyz', '/ping', '/favicon.ico', '/robots.txt', '/metrics'])(
    'R7: %s is no exception',
    async (target) => {
      const seen = await seenDuring(stack(), async () => {
        const lines = [['user-agent', 'kube-probe/1.36']] as const
        expect((await send(target, lines)).status).toBe(401)
      })
      expect(seen).toEqual([])
    },
  )

  it.each(['OPTIONS', 'TRACE', 'PROPFIND', 'DELETE', 'POST'])(
    'R7: %s of a path that is public to GET is not public',
    async (method) => {
      const seen = await seenDuring(stack(), async () => {
        const host = `${APP}:${stack().port}`
        const { status } = await sendPlain(stack(), { host, method, target: '/assets/a' })
        expect(status).toBe(401)
      })
      expect(seen).toEqual([])
    },
  )
})
