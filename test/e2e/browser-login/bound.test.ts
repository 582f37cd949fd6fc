import { describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { sendPlain } from '../../support/e2e/plain-client.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

describe('a session that is bound to browser and network', () => {
  const client = { session: { bindTo: ['UserAgent', 'Address'] } }
  const stack = useStack({ resources: shop({ client }) })

  it('R13: counts from there alone, and goes on there', async () => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/orders'))
    const agent = lastSeen(stack(), '/orders').headers['user-agent']
    const cookie = `__Host-sallyport=${browser.jar.value(APP, '__Host-sallyport')}`

    const answerTo = async (localAddress: string, userAgent = agent) => {
      const own = userAgent === undefined ? [] : [['User-Agent', userAgent] as const]
      const response = await sendPlain(stack(), {
        host: `${APP}:${stack().port}`,
        target: '/orders',
        lines: [['Cookie', cookie], ...own],
        localAddress,
      })
      return response.header('x-sallyport-reason') ?? response.status
    }
    expect(await answerTo('127.0.0.1')).toBe(200)
    expect(await answerTo('127.0.0.2')).toBe('session_elsewhere')
    expect(await answerTo('127.0.0.1', 'another browser')).toBe('session_elsewhere')
    expect(await answerTo('127.0.0.1')).toBe(200)
  })
})
