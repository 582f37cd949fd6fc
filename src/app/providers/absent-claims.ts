import { fieldsForMoreClaims } from '../../check/answer/access-detail.ts'
import { claimAt } from '../../core/decision/told-value.ts'
import type { Claims } from '../../core/identity/identity.ts'
import { sessionClaims } from '../../core/identity/session-claims.ts'
import type { RelyingParty } from '../../core/provider/relying-party.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { AbsentClaims } from '../../kubernetes/conditions/absent-claims.ts'
import type { WantedClaims } from '../../policy/compile/route/wanted-claims.ts'

/** What claims were wanted, and absent at the last login. Names alone, and no more than a few. */
export interface AbsentClaimsMemory {
  /** From now on these are the clients, and what is wanted of them. */
  readonly want: (clients: readonly Client[], wanted: WantedClaims) => void
  /** The same relying party, whose logins are noted. */
  readonly noting: (relyingParty: RelyingParty) => RelyingParty
  /** By the name of the client; `undefined`: nobody signed in, or nothing was absent. */
  readonly of: (client: string) => AbsentClaims | undefined
}

/** A status is read with every list of clients. */
const MAX_NAMES = 16

/**
 * Where people differ in what is known of them, each login says otherwise: what was told of a
 * client as absent stands for this time, so that its status is not written at each.
 */
const STEADY_MS = 60_000

interface Noted {
  readonly generation: string
  readonly latest: AbsentClaims | undefined
}

interface Told {
  readonly absent: AbsentClaims
  readonly atMs: number
}

/**
 * Remembers, for each client, what was absent at the last login that this process finished. What
 * was noted of a client that has changed since is forgotten: it may look elsewhere now.
 */
export const createAbsentClaims = ({ nowMs }: Clock): AbsentClaimsMemory => {
  let wanted: WantedClaims = new Map()
  const noted = new Map<string, Noted>()
  const told = new Map<string, Told>()

  const forget = (name: string): void => {
    noted.delete(name)
    told.delete(name)
  }

  const note = (client: Client, claims: Claims): void => {
    const names = (wanted.get(client.name) ?? [])
      .filter(({ path }) => (claimAt(claims, path) ?? null) === null)
      .map(({ name }) => name)
      .slice(0, MAX_NAMES)
    const latest = names.length === 0 ? undefined : { names, fields: fieldsForMoreClaims(client) }
    noted.set(client.name, { generation: client.generation, latest })
  }

  return {
    want: (clients, now) => {
      wanted = now
      const generations = new Map(clients.map(({ name, generation }) => [name, generation]))
      for (const [name, { generation, latest }] of noted) {
        const isWanted = new Set(now.get(name)?.map((claim) => claim.name))
        const stands = latest?.names.every((one) => isWanted.has(one)) ?? true
        if (generations.get(name) !== generation || !stands) forget(name)
      }
    },
    noting: (relyingParty) => ({
      ...relyingParty,
      exchange: async (client, login, query, budget) => {
        const outcome = await relyingParty.exchange(client, login, query, budget)
        if (outcome.kind === 'tokens' && wanted.has(client.name)) {
          note(client, sessionClaims(outcome.tokens))
        }
        return outcome
      },
    }),
    of: (name) => {
      const now = noted.get(name)
      if (now === undefined) return undefined
      const former = told.get(name)
      if (former !== undefined && nowMs() - former.atMs < STEADY_MS) return former.absent
      if (now.latest === undefined) told.delete(name)
      else told.set(name, { absent: now.latest, atMs: nowMs() })
      return now.latest
    },
  }
}
