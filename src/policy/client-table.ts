import type { ClientLookup, ClientSource } from '../core/client-source.ts'
import type { Client } from '../core/registration/client.ts'
import { eachInSteps, type Steps } from '../core/time/steps.ts'
import type { ObjectSummary } from './compile/object/object-summary.ts'

/**
 * What a provider knows a client by, as far as one namespace vouches for the provider: another
 * could name the same issuer with keys of its own, and end sessions that are none of its business.
 */
const registrationOf = ({ provider, clientId }: Client): string => {
  const namespace = provider.name.slice(0, provider.name.indexOf('/'))
  return JSON.stringify([namespace, provider.issuer, clientId])
}

const brokenOf = function* (objects: readonly ObjectSummary[]): Steps<ReadonlyMap<string, string>> {
  const broken = new Map<string, string>()
  yield* eachInSteps(objects, ({ ref, unusable }) => {
    if (ref.kind !== 'OIDCClient' || unusable === undefined) return
    broken.set(`${ref.namespace}/${ref.name}`, unusable)
  })
  return broken
}

/** The clients of one compilation by name: those that can be used, and those that cannot. */
export const createClientTable = function* (compiled: {
  readonly clients: readonly Client[]
  readonly objects: readonly ObjectSummary[]
}): Steps<ClientSource> {
  const registrations = new Map<string, string[]>()
  const byName = new Map<string, Client>()
  yield* eachInSteps(compiled.clients, (client) => {
    byName.set(client.name, client)
    const registration = registrationOf(client)
    const names = registrations.get(registration)
    if (names === undefined) registrations.set(registration, [client.name])
    else names.push(client.name)
  })
  const broken = yield* brokenOf(compiled.objects)
  return {
    find: (name): ClientLookup => {
      const client = byName.get(name)
      if (client !== undefined) {
        const sameRegistration = registrations.get(registrationOf(client)) ?? []
        return { kind: 'found', client, sameRegistration }
      }
      const why = broken.get(name)
      return why === undefined
        ? { kind: 'none' }
        : { kind: 'broken', detail: `OIDCClient ${name} cannot be used: ${why}.` }
    },
  }
}
