import { describe, expect, it } from 'vitest'
import { createBackground } from '../../../src/app/background.ts'

const HOUR_MS = 3_600_000

describe('work behind answers', () => {
  it('is waited for, whether it succeeds or not', async () => {
    const background = createBackground()
    const [good, bad] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    background.add(good.promise)
    background.add(bad.promise)
    let isSettled = false
    const waiting = background.settled(HOUR_MS).then(() => {
      isSettled = true
    })
    good.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect(isSettled).toBe(false)
    bad.reject(new Error('failed'))
    await waiting
  })

  it('is waited for no longer than is bearable', async () => {
    const background = createBackground()
    background.add(new Promise(() => undefined))
    await background.settled(1)
  })
})
