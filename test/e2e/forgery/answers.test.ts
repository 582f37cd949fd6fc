import { describe, expect, it } from 'vitest'
import { API, APP, BROKEN, shop, UNKNOWN } from '../../support/e2e/manifests.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

describe('an answer that is a denial', () => {
  const stack = useStack({ resources: shop() })

  const rows = [
    ['401', API, '/orders', 401, 'login_required'],
    ['404', UNKNOWN, '/', 404, 'no_policy'],
    ['400', APP, '/admin;b', 400, 'malformed_path'],
    ['503', BROKEN, '/', 503, 'policy_broken'],
  ] as const

  it.each(rows)('of %s arrives as a page', async (_name, host, path, status, reason) => {
    const page = await newHttpBrowser(stack()).open(stack().url(host, path))
    expect([page.status, page.headers['x-sallyport-reason']]).toEqual([status, reason])
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['cache-control']).toBe('no-store')
    expect(page.text).toContain(`<dd>${reason}</dd>`)
    expect(page.text).not.toContain('<script')
    expect(page.text.trimEnd().endsWith('</html>')).toBe(true)
  })

  it.each(rows)(
    'of %s arrives as a problem document',
    async (_name, host, path, status, reason) => {
      const response = await newHttpBrowser(stack()).send(stack().url(host, path), {
        headers: { accept: 'application/json' },
      })
      expect(response.headers['content-type']).toBe('application/problem+json')
      expect(response.json()).toMatchObject({ status, reason, title: expect.any(String) })
    },
  )

  it('names the request as the decision log does', async () => {
    const response = await newHttpBrowser(stack()).send(stack().url(API, '/named'))
    const { requestId } = response.json() as { requestId: string }
    await expect
      .poll(() => stack().sallyport.decisions())
      .toContainEqual(expect.objectContaining({ requestId, path: '/named', status: 401 }))
  })
})
