import type { ClientLookup, ClientSource } from '../core/client-source.ts'
import type { Client } from '../core/policy/policy.ts'
import type { ObjectSummary } from './compile/object/object-summary.ts'

/**
 * What a provider knows a client by, as far as one namespace vouches for the provider: another
 * could name the same issuer with keys of its own, and end sessions that are none of its business.
 */
const registrationOf = ({ provider, clientId }: Client): string => {
  const namespace = provider.name.slice(0, provider.name.indexOf('/'))
  return JSON.stringify([namespace, provider.issuer, clientId])
}

const brokenOf = (objects: readonly ObjectSummary[]): ReadonlyMap<string, string> =>
  new Map(
    objects.flatMap(({ ref, unusable }) =>
      ref.kind === 'OIDCClient' && unusable !== undefined
        ? [[`${ref.namespace}/${ref.name}`, unusable] as const]
        : [],
    ),
  )

/** The clients of one compilation by name: those that can be used, and those that cannot. */
export const createClientTable = (compiled: {
  readonly clients: readonly Client[]
  readonly objects: readonly ObjectSummary[]
}): ClientSource => {
  const registrations = Map.groupBy(compiled.clients, registrationOf)
  const byName = new Map(compiled.clients.map((client) => [client.name, client] as const))
  const broken = brokenOf(compiled.objects)
  return {
    find: (name): ClientLookup => {
      const client = byName.get(name)
      if (client !== undefined) {
        const same = registrations.get(registrationOf(client)) ?? []
        return { kind: 'found', client, sameRegistration: same.map((one) => one.name) }
      }
      const why = broken.get(name)
      return why === undefined
        ? { kind: 'none' }
        : { kind: 'broken', detail: `OIDCClient ${name} cannot be used: ${why}.` }
    },
  }
}
