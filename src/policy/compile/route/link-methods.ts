import type { AuthenticateMethod } from '../../../core/policy/policy.ts'
import type { Client } from '../../../core/registration/client.ts'
import { signsMessages } from '../../../core/registration/profile.ts'
import type { Provider } from '../../../core/registration/provider.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { WayReference } from '../../ways/way.ts'
import type { Finding } from '../object/findings.ts'
import { type Followed, follow, type Referables } from '../object/link.ts'
import { type LinkedKeys, linkKeys, readKeys } from '../registration/decryption-key.ts'
import { markOfReading, type ReadData } from '../registration/keyed-data.ts'
import type { MethodDraft } from './methods.ts'
import type { RouteDraft } from './route.ts'

interface Named<T> {
  readonly field: FieldPath
  readonly followed: Followed<T>
}

/** The objects that a method names, looked at. */
export interface LinkedMethod {
  readonly provider?: Named<Provider>
  readonly client?: Named<Client>
  readonly opening?: LinkedKeys & { readonly marks: readonly unknown[] }
}

/** By the drafts of the methods that name any. */
export type LinkedMethods = ReadonlyMap<MethodDraft, LinkedMethod>

/** What methods may name. */
export interface MethodReferables {
  readonly read: ReadData
  readonly clients: Referables<Client>
  readonly providers: Referables<Provider>
}

const named = <T>(
  namespace: string,
  { field, ...ref }: WayReference,
  among: Referables<T>,
): Named<T> => ({ field, followed: follow(namespace, ref, among) })

const linkMethod = (
  namespace: string,
  method: MethodDraft,
  { clients, providers, read }: MethodReferables,
): LinkedMethod | undefined => {
  switch (method.kind) {
    case 'session':
    case 'anonymous':
      return undefined
    case 'bearer': {
      const reference = { ...method.provider, field: method.field }
      const { decryptionKeys: refs } = method
      const readings = readKeys(refs, read)
      return {
        provider: named(namespace, reference, providers),
        ...(refs === undefined
          ? {}
          : { opening: { ...linkKeys(refs, readings), marks: readings.map(markOfReading) } }),
      }
    }
    case 'credential': {
      const { provider, client } = method
      return {
        ...(provider === undefined ? {} : { provider: named(namespace, provider, providers) }),
        ...(client === undefined ? {} : { client: named(namespace, client, clients) }),
      }
    }
  }
}

/** Follows what the methods of a route name. */
export const linkMethods = (
  { namespace, fallback, rules }: Pick<RouteDraft, 'namespace' | 'fallback' | 'rules'>,
  among: MethodReferables,
): LinkedMethods => {
  const linked = new Map<MethodDraft, LinkedMethod>()
  for (const method of [fallback, ...rules].flatMap((rule) => rule.authenticate)) {
    if (linked.has(method)) continue
    const one = linkMethod(namespace, method, among)
    if (one !== undefined) linked.set(method, one)
  }
  return linked
}

const namesIn = ({ provider, client }: LinkedMethod): readonly Named<unknown>[] =>
  [provider, client].flatMap((one) => one ?? [])

/** Everything that was followed, in the order in which it is written. */
export const followedIn = (methods: LinkedMethods): readonly Followed<unknown>[] =>
  [...methods.values()].flatMap(namesIn).map(({ followed }) => followed)

/** What tells the keys of these methods from others. */
export const marksOfKeys = (methods: LinkedMethods): readonly unknown[] =>
  [...methods.values()].flatMap(({ opening }) => [undefined, ...(opening?.marks ?? [])])

const usable = <T>(one: Named<T> | undefined): T | undefined =>
  one?.followed.kind === 'usable' ? one.followed.value : undefined

/** A client of one provider cannot ask another about its tokens. */
const disagreement = ({ provider, client }: LinkedMethod): readonly Finding[] => {
  const meant = usable(provider)
  const asking = usable(client)
  if (provider === undefined || client === undefined) return []
  if (meant === undefined || asking === undefined || asking.provider.name === meant.name) return []
  const message = `OIDCClient ${asking.name} is registered with IdentityProvider ${asking.provider.name}, and not with ${meant.name}: name a client of that one, or correct \`providerRef\``
  return [{ field: client.field, message, reason: 'Invalid' }]
}

/** What is wrong with the references themselves. */
export const findingsOfMethods = (methods: LinkedMethods): readonly Finding[] =>
  [...methods.values()].flatMap((method) => [
    ...namesIn(method).flatMap(({ field, followed }) =>
      followed.kind === 'finding' ? [{ field, ...followed.finding }] : [],
    ),
    ...disagreement(method),
    ...(method.opening?.findings ?? []),
  ])

/** A client whose messages are signed is told of tokens by signed answers alone (RFC 9701). */
const settingsFor = <S>(client: Client | undefined, settings: S): S =>
  signsMessages(client?.asking.profile) &&
  typeof settings === 'object' &&
  settings !== null &&
  'signed' in settings
    ? { ...settings, signed: 'Always' }
    : settings

/** A method with the objects instead of their names; none where one of these cannot be used. */
export const completeMethod = (
  method: MethodDraft,
  methods: LinkedMethods,
): readonly AuthenticateMethod[] => {
  if (method.kind === 'session' || method.kind === 'anonymous') return [{ kind: method.kind }]
  const linked = methods.get(method)
  const client = usable(linked?.client)
  const provider = usable(linked?.provider) ?? client?.provider
  if (provider === undefined) return []
  if (method.kind === 'bearer') {
    const keys = linked?.opening?.keys
    const ofKey = keys === undefined ? {} : { decryptionKeys: keys }
    return [{ kind: 'bearer', provider, ...method.settings, ...ofKey }]
  }
  if (method.client !== undefined && client === undefined) return []
  const { kind, way, from, proof, nonce, settings } = method
  return [
    {
      kind,
      way,
      provider,
      ...(client === undefined ? {} : { client }),
      ...(from === undefined ? {} : { from }),
      ...(proof === undefined ? {} : { proof }),
      ...(nonce === undefined ? {} : { nonce }),
      settings: settingsFor(client, settings),
    },
  ]
}
