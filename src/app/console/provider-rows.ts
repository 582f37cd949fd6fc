import type { ClientRow, ProviderRow } from '../../core/console/console-data.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { ended } from '../../core/wording/ended.ts'
import type { ProviderLook } from '../../oidc/provider/provider-health.ts'
import type { Providers } from '../../oidc/provider/providers.ts'
import type { SharedClientKeys } from '../client-keys/client-keys.ts'
import type { ClientStandings } from '../providers/client-standings.ts'
import type { Compiled } from './compiled.ts'

/** What of a compilation providers are told from. */
export type CompiledProviders = Pick<Compiled, 'providers' | 'clients' | 'objects'>

/** What knows how they stand; nothing here asks anybody. */
export interface ProviderRowsDeps {
  readonly providers: Pick<Providers, 'look'>
  readonly clientStandings: Pick<ClientStandings, 'of' | 'expiries'>
  readonly clientKeys: Pick<SharedClientKeys, 'standingOf'>
}

const signingKeyOf = (
  standing: ReturnType<SharedClientKeys['standingOf']>,
): Pick<ClientRow, 'signingKey'> => {
  const { keyId, madeAtMs } = standing ?? {}
  return keyId === undefined || madeAtMs === undefined
    ? {}
    : { signingKey: { id: keyId, madeAtMs } }
}

const knownOf = (provider: Provider, look: ProviderLook): Omit<ProviderRow, 'clients'> => {
  const { isReady, isHeldBack, lastDiscoveryMs, lastKeysMs, lastError, clockAheadMs } = look
  return {
    name: provider.name,
    issuer: provider.issuer,
    state: isReady ? 'ready' : 'waiting',
    isHeldBack,
    ...(lastDiscoveryMs === undefined ? {} : { lastDiscoveryMs }),
    ...(lastKeysMs === undefined ? {} : { lastKeysMs }),
    ...(lastError === undefined ? {} : { lastError }),
    ...(look.loginHindrance === undefined ? {} : { loginHindrance: look.loginHindrance }),
    notes: look.notes.map(ended),
    keys: look.verificationKeys,
    ...(clockAheadMs === undefined ? {} : { clockAheadMs }),
  }
}

const unusableRows = ({ objects }: CompiledProviders): readonly ProviderRow[] =>
  objects.flatMap(({ ref, unusable }) =>
    ref.kind !== 'IdentityProvider' || unusable === undefined
      ? []
      : [
          {
            name: `${ref.namespace}/${ref.name}`,
            state: 'unusable',
            isHeldBack: false,
            lastError: ended(unusable),
            notes: [],
            keys: [],
            clients: [],
          } satisfies ProviderRow,
        ],
  )

/** Every provider that is there, those in trouble first, with the clients that stand on it. */
export const providerRows = (
  compiled: CompiledProviders,
  { providers, clientStandings, clientKeys }: ProviderRowsDeps,
): readonly ProviderRow[] => {
  const expiries = new Map(
    clientStandings.expiries().map(({ client, expiresAtMs }) => [client, expiresAtMs]),
  )
  const clientRow = ({ name }: Client): ClientRow => {
    const { hindrance, notes = [] } = clientStandings.of(name) ?? {}
    const expiresAtMs = expiries.get(name)
    return {
      name,
      ...(hindrance === undefined ? {} : { hindrance: ended(hindrance) }),
      notes: notes.map(ended),
      ...(expiresAtMs === undefined ? {} : { certificateExpiresAtMs: expiresAtMs }),
      ...signingKeyOf(clientKeys.standingOf(name)),
    }
  }
  const byProvider = Map.groupBy(compiled.clients, ({ provider }) => provider.name)
  const known = compiled.providers.map(
    (provider): ProviderRow => ({
      ...knownOf(provider, providers.look(provider)),
      clients: (byProvider.get(provider.name) ?? []).map(clientRow),
    }),
  )
  const inTrouble = ({ state, lastError }: ProviderRow): boolean =>
    state !== 'ready' || lastError !== undefined
  const all = [...unusableRows(compiled), ...known]
  return [...all.filter(inTrouble), ...all.filter((row) => !inTrouble(row))]
}
