import { expect, it } from 'vitest'
import { createEndedSessions } from '../../../src/app/providers/ended-sessions.ts'
import type { ClientLookup } from '../../../src/core/client-source.ts'
import type { FormerToken } from '../../../src/core/provider/token-exchange.ts'
import { entryOf } from '../../../src/sessions/session-entry.ts'
import { aClient, aSession } from '../../support/builders.ts'

const session = aSession(0)
const entry = entryOf('one', session)

const taking = (clients: Readonly<Record<string, ClientLookup>>) => {
  const taken: [string, FormerToken, string][] = []
  const takeBack = createEndedSessions({
    clients: { find: (name) => clients[name] ?? { kind: 'none' } },
    tokenExchange: {
      takeBack: ({ name }, former, when) => void taken.push([name, former, when]),
    },
  })
  return { taken, takeBack }
}

it('what was exchanged for sessions that ended is taken back, as the client of each', () => {
  const found = (name: string): ClientLookup => ({
    kind: 'found',
    client: aClient({ name }),
    sameRegistration: [name],
  })
  const { taken, takeBack } = taking({ [entry.client]: found(entry.client), b: found('b') })
  takeBack([entry, { ...entry, client: 'b', subject: 'bob', accessTokenDigest: 'digest' }])
  const { issuer, subject, accessTokenDigest: digest } = entry
  expect(taken).toEqual([
    [entry.client, { issuer, subject, digest }, 'now'],
    ['b', { issuer, subject: 'bob', digest: 'digest' }, 'now'],
  ])
})

it('nothing is of a client that is not in force, nor of a session that says nothing of its token', () => {
  const { accessTokenDigest: _, ...older } = entry
  const { taken, takeBack } = taking({
    broken: { kind: 'broken', detail: 'its Secret is gone' },
    early: { kind: 'not_synced' },
  })
  const ofClients = ['gone', 'broken', 'early'].map((client) => ({ ...entry, client }))
  takeBack([...ofClients, older])
  expect(taken).toEqual([])
})
