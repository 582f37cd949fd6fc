import type { ClientStanding, ClientStandingOf } from '../../core/provider/client-standing.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Clock } from '../../core/time/clock.ts'
import { methodNote } from '../../oidc/client/refusal.ts'
import { certificateOf } from '../../oidc/provider/own-ways.ts'
import type { Providers } from '../../oidc/provider/providers.ts'
import { certificateStanding } from '../../outbound/identity/own-certificate.ts'

/** When the certificate of a client expires. */
export interface CertificateExpiry {
  /** `namespace/name`. */
  readonly client: string
  readonly expiresAtMs: number
}

/** How the clients of the present snapshot stand. */
export interface ClientStandings {
  /** From now on these are the clients. */
  readonly take: (clients: readonly Client[]) => void
  readonly of: ClientStandingOf
  /** Of each client that shows a certificate. */
  readonly expiries: () => readonly CertificateExpiry[]
}

const FIELD = 'spec.authentication.certificateRef'

/** Asks nobody: certificates came with their Secrets, and metadata are those that are there. */
export const createClientStandings = (deps: {
  readonly providers: Pick<Providers, 'peek'>
  readonly clock: Clock
}): ClientStandings => {
  const { providers, clock } = deps
  let clients: ReadonlyMap<string, Client> = new Map()

  const ofCertificate = (client: Client): ClientStanding => {
    const own = certificateOf(client)
    const standing = own === undefined ? undefined : certificateStanding(own, clock.nowMs())
    if (standing === undefined || standing.state === 'valid') return { notes: [] }
    const text = `${FIELD}: ${standing.sentence}: put the next one into the Secret`
    return standing.state === 'unusable' ? { hindrance: text, notes: [] } : { notes: [text] }
  }

  const ofMethod = (client: Client): readonly string[] => {
    const metadata = providers.peek(client.provider)
    const note = metadata === undefined ? undefined : methodNote(client, metadata)
    return note === undefined ? [] : [`spec.authentication.method: ${note}`]
  }

  return {
    take: (now) => {
      clients = new Map(now.map((client) => [client.name, client]))
    },
    of: (name) => {
      const client = clients.get(name)
      if (client === undefined) return undefined
      const { notes, ...rest } = ofCertificate(client)
      const all = [...notes, ...ofMethod(client)]
      return all.length === 0 && rest.hindrance === undefined ? undefined : { ...rest, notes: all }
    },
    expiries: () =>
      [...clients.values()].flatMap((client) => {
        const own = certificateOf(client)
        const standing = own === undefined ? undefined : certificateStanding(own, clock.nowMs())
        return standing === undefined
          ? []
          : [{ client: client.name, expiresAtMs: standing.expiresAtMs }]
      }),
  }
}
