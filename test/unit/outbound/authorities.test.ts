import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuthorities, reviewBundle } from '../../../src/outbound/authorities.ts'
import { createCertificates } from '../../support/parts/tls.ts'

const aBundle = async (): Promise<string> => {
  const certificates = await createCertificates(['sso.localhost'])
  onTestFinished(() => certificates.remove())
  return certificates.caPem
}

const DAY_MS = 86_400_000

describe('the authorities of TLS connections', () => {
  it('A3: the same bundles give the same context, others another', async () => {
    const { contextFor } = createAuthorities()
    const bundle = await aBundle()
    const [first, second, other, none] = await Promise.all([
      contextFor([bundle]),
      contextFor([bundle]),
      contextFor([await aBundle()]),
      contextFor([]),
    ])
    expect(second).toBe(first)
    expect(new Set([first, other, none]).size).toBe(3)
    expect(await contextFor([bundle])).toBe(first)
  })

  it('A3: between two contexts the event loop turns, so that checks are answered', async () => {
    const { contextFor } = createAuthorities()
    const order: string[] = []
    const bundles = [await aBundle(), await aBundle(), await aBundle()]
    const built = bundles.map((bundle, at) =>
      contextFor([bundle]).then(() => order.push(`context ${at}`)),
    )
    const check = (): void => {
      order.push('check')
      if (!order.includes('context 2')) setImmediate(check)
    }
    setImmediate(check)
    await Promise.all(built)
    expect(order.join(', ')).toMatch(/context 0, check.*, context 1, check.*, context 2/)
  })
})

describe('a bundle of authorities', () => {
  it('E6: is right while its certificates are valid', async () => {
    const bundle = await aBundle()
    const nowMs = Date.now()
    expect(reviewBundle(bundle, nowMs)).toEqual({ complaints: [], isUseless: false })
  })

  it('E6: is told with the name and the day when one has expired, or is not valid yet', async () => {
    const bundle = await aBundle()
    const later = reviewBundle(bundle, Date.now() + 31 * DAY_MS)
    expect(later.complaints).toEqual([
      expect.stringMatching(
        /^the certificate of "CN=Sallyport test authority" expired on \d{4}-\d\d-\d\d$/,
      ),
    ])
    expect(later.isUseless).toBe(true)
    const { complaints } = reviewBundle(bundle, Date.now() - DAY_MS)
    expect(complaints[0]).toContain('is not valid before')
  })

  it('E6: is not useless as long as one of its certificates is good', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    const { complaints, isUseless } = reviewBundle(`${broken}${await aBundle()}`, Date.now())
    expect(complaints).toEqual(['its certificate number 1 cannot be read'])
    expect(isUseless).toBe(false)
    expect(reviewBundle(broken, Date.now()).isUseless).toBe(true)
  })
})
