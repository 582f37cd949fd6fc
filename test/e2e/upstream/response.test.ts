import { describe, expect, it } from 'vitest'
import { signedIn } from '../../support/e2e/sign-in.ts'
import { TOLD, toldStack } from '../../support/e2e/upstream-route.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

describe('headers for the downstream', () => {
  const stack = useStack(toldStack)

  it('are on the answer of the upstream, once, and absent where the claim is', async () => {
    const { browser } = await signedIn(stack(), stack().url(TOLD, '/page'))
    for (const time of [1, 2]) {
      const { headers } = await browser.fetch(stack().url(TOLD, `/answered/${time}`))
      expect(headers).toMatchObject({ 'x-user': 'alice@example.test', 'x-powered-by': 'nobody' })
      expect(headers).not.toHaveProperty('x-absent')
    }
    const { headers } = await browser.fetch(stack().url(TOLD, '/page'))
    expect(headers).not.toHaveProperty('x-user')
  })

  it('are on no denial', async () => {
    const { browser } = await signedIn(stack(), stack().url(TOLD, '/page'))
    const { status, headers } = await browser.send(stack().url(TOLD, '/answered/3'))
    expect(status).toBe(401)
    expect(headers).not.toHaveProperty('x-powered-by')
  })
})
