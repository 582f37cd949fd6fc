import { API_AUDIENCE } from '../parts/oidc-provider-settings.ts'
import type { Stack } from '../parts/stack.ts'
import { fetchMachineToken } from './access-tokens.ts'
import { BROKEN, ours } from './manifests.ts'
import { type PlainRequest, sendPlain } from './plain-client.ts'
import { newHttpBrowser } from './sign-in.ts'

/** The host that shows what a gateway hands on: the address of a connection, and a path. */
export const HANDED = BROKEN

/** Its route: tokens in the query as well, and below `/network` two networks alone. */
export const handedOn = ours('ProtectedRoute', 'handed-on', {
  hosts: [HANDED],
  authenticate: [
    {
      bearer: {
        providerRef: { name: 'idp' },
        audiences: [API_AUDIENCE],
        from: [{ header: 'authorization' }, { query: 'access_token' }],
      },
    },
  ],
  rules: [
    {
      name: 'network',
      match: [{ path: { prefix: '/network' } }],
      authorize: [{ sourceAddresses: ['127.0.0.2/32', '192.0.2.0/24', '2001:db8::/32'] }],
    },
  ],
})

/** Asks for `/network` with a good token: the status, and the reason of a refusal. */
export const askFrom = async (
  stack: Stack,
  { lines = [], ...from }: Pick<PlainRequest, 'localAddress' | 'proxiedFrom' | 'lines'>,
  token: string,
): Promise<readonly [status: number, reason: string | undefined]> => {
  const answer = await sendPlain(stack, {
    host: `${HANDED}:${stack.port}`,
    target: '/network',
    lines: [['authorization', `Bearer ${token}`], ...lines],
    ...from,
  })
  return [answer.status, answer.header('x-sallyport-reason')]
}

/** A token for that host. */
export const handedToken = (stack: Stack): Promise<string> =>
  fetchMachineToken(stack, newHttpBrowser(stack))

/** What `askFrom` comes to where the address is none of those that the rule lists. */
export const REFUSED_ADDRESS = [403, 'source_address_refused'] as const
