import type { Stack } from '../parts/stack.ts'
import type { SeenRequest } from '../parts/upstream.ts'

/** The last request for a path that reached the upstream. @throws Error if none did */
export const lastSeen = (stack: Stack, path: string): SeenRequest => {
  const seen = stack.upstream.requests().findLast((request) => request.path === path)
  if (seen !== undefined) return seen
  const paths = stack.upstream.requests().map((request) => request.path)
  throw new Error(`${path} did not reach the upstream, but ${paths.join(' ') || 'nothing'}.`)
}

/** What reached the upstream while something was done. */
export const seenDuring = async (
  stack: Stack,
  work: () => Promise<unknown>,
): Promise<readonly SeenRequest[]> => {
  const before = stack.upstream.requests().length
  await work()
  return stack.upstream.requests().slice(before)
}

/**
 * How often a path was asked for at the upstream. A browser also asks for icons of its own accord.
 */
export const timesSeen = (stack: Stack, path: string): number =>
  stack.upstream.requests().filter((request) => request.path === path).length
