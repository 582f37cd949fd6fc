import type { KeySet } from '../core/assertion/key-set.ts'
import type { Reply } from './back-channel.ts'

/** Where the keys of assertions are published. */
const PATH = '/.well-known/jwks.json'

/** How long a set may be kept; a key is in it longer than that before it signs. */
const MAX_AGE_SECONDS = 300

/** Whether a request target asks for the keys. */
export const isForKeySet = (target: string): boolean => {
  const mark = target.indexOf('?')
  return (mark < 0 ? target : target.slice(0, mark)) === PATH
}

const refuse = (status: number, description: string, headers = {}): Reply => ({
  status,
  headers,
  error: { error: 'invalid_request', error_description: description },
})

/**
 * The keys that assertions are verified by (RFC 7517 section 5), as they are now. Never an empty
 * set, which would be kept: while there is none, who asks is told to come again.
 */
export const answerKeySet = (method: string | undefined, set: KeySet): Reply => {
  if (method !== 'GET' && method !== 'HEAD') {
    return refuse(405, 'The method must be GET.', { allow: 'GET, HEAD', connection: 'close' })
  }
  switch (set.kind) {
    case 'unused':
      return refuse(404, 'No route has assertions signed, so there are no keys.')
    case 'unavailable':
      return {
        status: 503,
        headers: { 'retry-after': '2' },
        error: { error: 'temporarily_unavailable', error_description: 'There is no key yet.' },
      }
    case 'keys':
      return {
        status: 200,
        headers: { 'cache-control': `public, max-age=${MAX_AGE_SECONDS}` },
        body: { keys: set.keys },
      }
  }
}
