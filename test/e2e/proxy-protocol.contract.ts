import { describe, expect, it } from 'vitest'
import { askFrom, handedOn, handedToken, REFUSED_ADDRESS } from '../support/e2e/handed-on.ts'
import { shop } from '../support/e2e/manifests.ts'
import { useStack } from '../support/e2e/use-stack.ts'
import type { StackOptions } from '../support/parts/stack.ts'

/** What every gateway does behind a load balancer that tells whose connection it is. */
export const describeProxyProtocol = (
  title: string,
  gateway: NonNullable<StackOptions['gateway']>,
): void => {
  describe(`${title} behind a load balancer that speaks the PROXY protocol`, () => {
    const stack = useStack({ resources: shop({ more: [handedOn] }), gateway })

    it('R2: hands on the address that it names, of IPv4 and of IPv6', async () => {
      const token = await handedToken(stack())
      const from = (proxiedFrom: string) => askFrom(stack(), { proxiedFrom }, token)
      const status = async () => (await from('192.0.2.7').catch(() => ['no answer']))[0]
      await expect.poll(status, { timeout: 20_000 }).toBe(200)
      expect(await from('2001:db8::7')).toEqual([200, undefined])
      expect(await from('198.51.100.7')).toEqual(REFUSED_ADDRESS)
    })

    it('R1: takes no connection without it', async () => {
      const token = await handedToken(stack())
      await expect(askFrom(stack(), { localAddress: '127.0.0.2' }, token)).rejects.toThrow()
    })
  })
}
