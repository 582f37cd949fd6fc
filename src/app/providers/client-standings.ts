import { clientKeysPath } from '../../core/assertion/key-set.ts'
import type { ClientStanding, ClientStandingOf } from '../../core/provider/standing.ts'
import type { Client } from '../../core/registration/client.ts'
import type { DecryptionKey } from '../../core/registration/decryption-key.ts'
import type { Clock } from '../../core/time/clock.ts'
import { bindingDoubt } from '../../oidc/binding/offered-binding.ts'
import { audienceOf } from '../../oidc/client/client-authentication.ts'
import { methodNote } from '../../oidc/client/refusal.ts'
import { certificateOf } from '../../oidc/provider/own-ways.ts'
import type { Providers } from '../../oidc/provider/providers.ts'
import { keyManagementOf } from '../../oidc/token/encrypted-token.ts'
import { certificateStanding } from '../../outbound/identity/own-certificate.ts'
import type { RegisteredKeys, SharedClientKeys } from '../client-keys/client-keys.ts'
import type { ServiceAccounts } from '../service-accounts/service-accounts.ts'

/** When the certificate of a client expires. */
export interface CertificateExpiry {
  /** `namespace/name`. */
  readonly client: string
  readonly expiresAtMs: number
}

/** How the clients of the present snapshot stand. */
export interface ClientStandings {
  /** From now on these are the clients that can be used, and all that are there. */
  readonly take: (clients: readonly Client[], registered: readonly RegisteredKeys[]) => void
  readonly of: ClientStandingOf
  /** Of each client that shows a certificate. */
  readonly expiries: () => readonly CertificateExpiry[]
}

const FIELD = 'spec.authentication.certificateRef'

const KEY_FIELD = 'spec.authentication.managedKey'

const OPENS_NOTHING =
  'opens no tokens: put one of RSA with 2048 bits or more, or on P-256, P-384, P-521 or X25519, into its Secret'

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '')

/**
 * Certificates came with their Secrets, and metadata are those that are there. Tokens of service
 * accounts are asked for behind the answer, where none was before.
 */
export const createClientStandings = (deps: {
  readonly providers: Pick<Providers, 'peek'>
  readonly serviceAccounts: Pick<ServiceAccounts, 'want' | 'troubleOf' | 'noteOf'>
  readonly clientKeys: Pick<SharedClientKeys, 'take' | 'standingOf'>
  readonly clock: Clock
}): ClientStandings => {
  const { providers, serviceAccounts, clientKeys, clock } = deps
  let clients: ReadonlyMap<string, Client> = new Map()

  const certificateNow = (client: Client) => {
    const own = certificateOf(client)
    return own === undefined ? undefined : certificateStanding(own, clock.nowMs())
  }

  const ofCertificate = (client: Client): ClientStanding => {
    const standing = certificateNow(client)
    if (standing === undefined || standing.state === 'valid') return { notes: [] }
    const text = `${FIELD}: ${standing.sentence}: put the next one into the Secret`
    return standing.state === 'unusable' ? { hindrance: text, notes: [] } : { notes: [text] }
  }

  /** A token that is for the token endpoint is asked for once it is known where that is. */
  const ofServiceAccount = (client: Client): ClientStanding => {
    const { authentication, provider } = client
    if (authentication.method !== 'service_account_token') return { notes: [] }
    const known = providers.peek(provider)?.endpoints.token
    const isWaiting = authentication.assertionAudience === 'TokenEndpoint' && known === undefined
    if (isWaiting) return { notes: [] }
    const server = {
      issuer: provider.issuer,
      ...(known === undefined ? {} : { token_endpoint: known }),
    }
    const audience = audienceOf(authentication.assertionAudience, server)
    const trouble = serviceAccounts.troubleOf(client, audience)
    if (trouble !== undefined) return { hindrance: trouble, notes: [] }
    const note = serviceAccounts.noteOf(client, audience)
    return { notes: note === undefined ? [] : [note] }
  }

  const ofCredential = (client: Client): ClientStanding =>
    client.authentication.method === 'service_account_token'
      ? ofServiceAccount(client)
      : ofCertificate(client)

  /** Where the provider fetches the keys, and which one signs now. */
  const ofManagedKey = ({ name }: Client): ClientStanding => {
    const standing = clientKeys.standingOf(name)
    if (standing === undefined) return { notes: [] }
    const { keyId, problem } = standing
    const place = `${KEY_FIELD}: the provider fetches the keys from ${clientKeysPath(name)} of the port http.listen`
    const trouble =
      problem === undefined ? [] : [`${KEY_FIELD}: the keys cannot be looked after: ${problem}`]
    if (keyId !== undefined) {
      return { notes: [`${place}; ${keyId} signs now`, ...trouble.map(withoutStop)] }
    }
    return problem === undefined
      ? { notes: [place] }
      : {
          hindrance: `${KEY_FIELD}: there is no key yet: ${withoutStop(problem)}`,
          notes: [place],
        }
  }

  /** Each key once: the status is looked at every few seconds. */
  const useless = new WeakMap<DecryptionKey, boolean>()

  const opensNothing = (key: DecryptionKey): boolean => {
    const isUseless = useless.get(key) ?? keyManagementOf(key) === undefined
    useless.set(key, isUseless)
    return isUseless
  }

  const ofDecryption = ({ decryptionKeys = [] }: Client): readonly string[] =>
    decryptionKeys.flatMap((key, at) =>
      opensNothing(key) ? [`spec.idToken: key ${at} of those that are there ${OPENS_NOTHING}`] : [],
    )

  const ofMethod = (client: Client): readonly string[] => {
    const metadata = providers.peek(client.provider)
    const note = metadata === undefined ? undefined : methodNote(client, metadata)
    return note === undefined ? [] : [`spec.authentication.method: ${note}`]
  }

  const ofBinding = (client: Client): readonly string[] => {
    const metadata = providers.peek(client.provider)
    const doubt = metadata === undefined ? undefined : bindingDoubt(client, metadata)
    return doubt === undefined ? [] : [`spec.senderConstrained: ${doubt.why}`]
  }

  return {
    take: (now, registered) => {
      clients = new Map(now.map((client) => [client.name, client]))
      serviceAccounts.want(now)
      clientKeys.take(now, registered)
    },
    of: (name) => {
      const client = clients.get(name)
      if (client === undefined) return undefined
      const [own, keys] = [ofCredential(client), ofManagedKey(client)]
      const odd = [...ofDecryption(client), ...ofMethod(client), ...ofBinding(client)]
      const notes = [...own.notes, ...keys.notes, ...odd]
      const hindrance = own.hindrance ?? keys.hindrance
      if (hindrance !== undefined) return { hindrance, notes }
      return notes.length === 0 ? undefined : { notes }
    },
    expiries: () =>
      [...clients.values()].flatMap((client) => {
        const standing = certificateNow(client)
        return standing === undefined
          ? []
          : [{ client: client.name, expiresAtMs: standing.expiresAtMs }]
      }),
  }
}
