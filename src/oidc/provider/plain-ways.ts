import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import { isPlainElsewhere } from '../../core/registration/profile.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { OutboundFetch } from '../../outbound/outbound-fetch.ts'
import { nameOf } from '../../outbound/url-host.ts'
import type { Endpoints } from './endpoints.ts'

const plain = ({ name }: Pick<Provider, 'name'>, what: string): Fault =>
  new Fault(
    'provider_misconfigured',
    `${name}: ${what} is no https URL, and \`profile\` demands one on every way to another machine, also with outbound.allowInsecureIssuers: have the provider name https URLs in its metadata, or set \`profile\` of the client to None.`,
  )

/**
 * For where a browser is sent as a client, since no call of ours goes there.
 * @throws Fault `provider_misconfigured` if a profile forbids it
 */
export const checkSentTo = (
  { asking, provider }: Pick<Client, 'asking' | 'provider'>,
  url: string,
): void => {
  if (asking.profile === undefined || !isPlainElsewhere(url)) return
  throw plain(provider, nameOf(new URL(url)))
}

/**
 * The way out for clients that a profile holds to https (FAPI 2.0 Security Profile section 5.2).
 * Where the keys of the provider come by `http`, nothing goes out: what comes back is verified by
 * them, and anybody on that way could have put others in their place.
 */
export const withoutPlain = (
  way: OutboundFetch,
  provider: Provider,
  known: () => Pick<Endpoints, 'endpoints'> | undefined,
): OutboundFetch => ({
  ...way,
  call: async (request) => {
    if (isPlainElsewhere(request.url)) throw plain(provider, nameOf(new URL(request.url)))
    const jwks = known()?.endpoints.jwks
    if (jwks !== undefined && isPlainElsewhere(jwks)) {
      throw plain(provider, `its jwks_uri ${nameOf(new URL(jwks))}`)
    }
    return way.call(request)
  },
})
