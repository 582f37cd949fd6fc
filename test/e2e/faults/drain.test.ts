import { describe, expect, it } from 'vitest'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

describe('Sallyport', () => {
  const stack = useStack({
    resources: shop(),
    sallyport: { configuration: { shutdown: { delay: '3s', timeout: '10s' } } },
  })
  const url = (path: string): string => stack().url(APP, path)

  it('R33: that is told to stop answers until it has drained, and ends well', async () => {
    const { browser } = await signedIn(stack(), url('/'))
    const { sallyport } = stack()
    const answers: number[] = []
    const ask = async (): Promise<void> => {
      answers.push((await browser.fetch(url('/load'))).status)
    }
    await Promise.all(Array.from({ length: 20 }, ask))
    sallyport.signal('SIGTERM')
    await expect.poll(sallyport.isReady).toBe(false)
    await Promise.all(Array.from({ length: 100 }, ask))
    expect(new Set(answers)).toEqual(new Set([200]))
    expect(answers).toHaveLength(120)
    expect(await sallyport.exited()).toEqual({ code: 0, signal: null })
  })
})
