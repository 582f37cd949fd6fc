import { afterAll, afterEach, beforeAll, inject } from 'vitest'
import type { RunningOidcProvider } from '../parts/oidc-provider.ts'
import type { RunningRedis } from '../parts/redis.ts'
import { type Stack, type StackOptions, startStack } from '../parts/stack.ts'

/**
 * Starts a stack once for the tests of a file and stops it after them; what Sallyport said is
 * printed beside a failure.
 */
export const useStack = (options: StackOptions | (() => Promise<StackOptions>)): (() => Stack) => {
  let running: Stack | undefined
  beforeAll(async () => {
    const sharedKeycloak = inject('sharedKeycloak')
    const given = typeof options === 'function' ? await options() : options
    running = await startStack({ sharedKeycloak, ...given })
  })
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') return
    process.stderr.write(`\nSallyport said:\n${running?.sallyport.output() ?? 'nothing'}\n`)
  })
  afterAll(async () => {
    await running?.stop()
  })
  return () => {
    if (running === undefined) throw new Error('The stack is not running.')
    return running
  }
}

/** The `oidc-provider` of a stack. @throws Error if it was started with another provider */
export const providerOf = (stack: Stack): RunningOidcProvider => {
  if (stack.oidcProvider !== undefined) return stack.oidcProvider
  throw new Error('The stack has another provider.')
}

/** The Redis of a stack. @throws Error if it was started without */
export const redisOf = (stack: Stack): RunningRedis => {
  if (stack.redis !== undefined) return stack.redis
  throw new Error('The stack has no Redis.')
}
