import type { KeySet } from '../core/assertion/key-set.ts'
import type { Reply } from './back-channel.ts'

/** Where the keys of assertions are published. */
const PATH = '/.well-known/jwks.json'

/** How long a set may be kept; a key is in it longer than that before it signs. */
const MAX_AGE_SECONDS = 300

/** Where the keys of a client are, which the process makes for it. */
const PATH_OF_CLIENT =
  /^\/\.well-known\/clients\/(?<client>[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253})\/jwks\.json$/

/** Whose keys are asked for: those of assertions, or of a client by `namespace/name`. */
export interface AskedKeys {
  readonly client?: string
}

/** What keys a request target asks for; `undefined`: none. */
export const askedKeysOf = (target: string): AskedKeys | undefined => {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  if (path === PATH) return {}
  const client = PATH_OF_CLIENT.exec(path)?.groups?.client
  return client === undefined ? undefined : { client }
}

const WHY_NONE = {
  ofAssertions: 'No route has assertions signed, so there are no keys.',
  ofClient: 'There are no keys at this path.',
} as const

const refuse = (status: number, description: string, headers = {}): Reply => ({
  status,
  headers,
  error: { error: 'invalid_request', error_description: description },
})

/**
 * The keys that signatures are verified by (RFC 7517 section 5), as they are now. Never an empty
 * set, which would be kept: while there is none, who asks is told to come again.
 */
export const answerKeySet = (
  method: string | undefined,
  { client }: AskedKeys,
  set: KeySet,
): Reply => {
  if (method !== 'GET' && method !== 'HEAD') {
    return refuse(405, 'The method must be GET.', { allow: 'GET, HEAD', connection: 'close' })
  }
  switch (set.kind) {
    case 'unused':
      return refuse(404, client === undefined ? WHY_NONE.ofAssertions : WHY_NONE.ofClient)
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
