import { describe, expect, it } from 'vitest'
import { APP, OPS, shop } from '../../support/e2e/manifests.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn, signInOn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

const NAVIGATION = { 'sec-fetch-mode': 'navigate', accept: 'text/html' }

describe('R1: a claim that the platform requires of a namespace', () => {
  const requirements = [
    {
      name: 'admins-only',
      namespaces: { names: ['shop'] },
      authorize: [{ claim: 'groups', anyOf: ['admins'] }],
      removeHeaders: ['x-former-user'],
    },
  ]
  const stack = useStack({ resources: shop(), sallyport: { configuration: { requirements } } })

  it('lets in who has it, on a route whose owner wrote nothing', async () => {
    const { browser } = await signedIn(stack(), stack().url(OPS, '/reports'), 'alice')
    const headers = { ...NAVIGATION, 'X-Former-User': 'root' }
    const response = await browser.fetch(stack().url(OPS, '/reports?forged'), { headers })
    expect(response.status).toBe(200)
    const names = Object.keys(lastSeen(stack(), '/reports?forged').headers)
    expect(names.filter((name) => /former/i.test(name))).toEqual([])
  })

  it('refuses who has it not, and the log says who requires it', async () => {
    const browser = newHttpBrowser(stack())
    const seen = await seenDuring(stack(), async () => {
      const form = await browser.open(stack().url(OPS, '/reports'))
      const refused = await signInOn(browser, form, 'bob')
      expect(refused.status).toBe(403)
    })
    expect(seen).toEqual([])
    await expect
      .poll(() => stack().sallyport.decisions())
      .toContainEqual(
        expect.objectContaining({
          reason: 'claim_mismatch',
          detail: expect.stringMatching(/^Required by the platform \(admins-only\): /),
        }),
      )
  })

  it('refuses the route with a public rule as a whole', async () => {
    const browser = newHttpBrowser(stack())
    const response = await browser.fetch(stack().url(APP, '/assets/logo.svg'))
    expect([response.status, response.headers['x-sallyport-reason']]).toEqual([
      503,
      'policy_broken',
    ])
    expect(stack().sallyport.output()).toContain('required by the platform (admins-only)')
  })
})

describe('R1: an address that the platform requires everywhere', () => {
  const requirements = [{ name: 'office', authorize: [{ sourceAddresses: ['192.0.2.0/24'] }] }]
  const stack = useStack({ resources: shop(), sallyport: { configuration: { requirements } } })

  it('is asked of public requests as well', async () => {
    const browser = newHttpBrowser(stack())
    const seen = await seenDuring(stack(), async () => {
      const response = await browser.fetch(stack().url(APP, '/assets/logo.svg'))
      expect([response.status, response.headers['x-sallyport-reason']]).toEqual([
        403,
        'source_address_refused',
      ])
    })
    expect(seen).toEqual([])
  })

  it('is asked of people who are signed in', async () => {
    const browser = newHttpBrowser(stack())
    const form = await browser.open(stack().url(OPS, '/reports'))
    const refused = await signInOn(browser, form, 'alice')
    expect(refused.status).toBe(403)
  })
})
