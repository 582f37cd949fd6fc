import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { RunningClient } from './discovering-client.ts'
import type { Library } from './discovering-libraries.ts'

/** Where clients are run, as people call it; the results of each are in a file of its name. */
export const PLACES = {
  'oidc-provider': '`oidc-provider`',
  keycloak: 'Keycloak',
  'gateway-oidc-provider': 'the gateway that stands in for `oidc-provider`',
  'gateway-keycloak': 'the gateway that stands in for Keycloak',
} as const

/** One of them. */
export type PlaceName = keyof typeof PLACES

/** What is tried with a client. */
export const TRIED = {
  finds: 'finds its way',
  asksForMore: 'needs more',
  expired: 'expired token',
  dead: 'dead token',
  hears: 'stream',
  streamRefused: 'stream refused',
} as const

/** One of them. */
export type Tried = keyof typeof TRIED

/** What a client does: on its own, with the person in the browser, or not. */
export const OUTCOMES = {
  'goes on': 'it needs nobody',
  'signs in': 'it sends the person to the browser, and goes on',
  'registers itself':
    'it cannot be told of its document, so that it registers itself and sends the person to the browser',
  refused: 'it sends the person to the browser, and the provider refuses it',
  'gives up': 'it goes no further, and sends nobody anywhere',
} as const

/** One of them. */
export type Outcome = keyof typeof OUTCOMES

/** Of one place: library, way, what was tried, and what came of it. */
export type ClientResults = Readonly<
  Partial<Record<Library, Readonly<Record<string, Readonly<Partial<Record<Tried, Outcome>>>>>>>
>

/** Where the results of all places are. */
export const CLIENT_RESULTS = fileURLToPath(new URL('../../clients/results/', import.meta.url))

/** What came of it, by what the client did meanwhile, or since it had opened the browser so often. */
export const outcomeOf = async (
  client: RunningClient,
  doIt: () => Promise<unknown>,
  before = client.opened().length,
): Promise<Outcome> => {
  const isDone = await doIt().then(
    () => true,
    () => false,
  )
  const hasOpened = client.opened().length > before
  if (isDone) return hasOpened ? 'signs in' : 'goes on'
  return hasOpened ? 'refused' : 'gives up'
}

/** What clients do at one place, beside what is recorded of it. */
export interface ClientsReport {
  /** Fails where something else is recorded, unless `CLIENT_RESULTS=write` records anew. */
  readonly saw: (library: Library, way: string, tried: Tried, outcome: Outcome) => void
}

/** Reads what is recorded of a place. */
export const createClientsReport = (place: PlaceName): ClientsReport => {
  const file = `${CLIENT_RESULTS}${place}.json`
  const isWriting = process.env.CLIENT_RESULTS === 'write'
  const read = (): ClientResults =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ClientResults) : {}
  return {
    saw: (library, way, tried, outcome) => {
      const known = read()
      const of = known[library]
      if (!isWriting) {
        expect(outcome, `${library}, ${way}: ${TRIED[tried]}`).toBe(of?.[way]?.[tried])
        return
      }
      const now = { ...known, [library]: { ...of, [way]: { ...of?.[way], [tried]: outcome } } }
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`)
    },
  }
}
