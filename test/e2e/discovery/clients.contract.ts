import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startClientDocument } from '../../support/e2e/client-document.ts'
import {
  type ClientsPlace,
  mcpUrl,
  prepare,
  stackOptionsOf,
  startMcpServer,
  type Way,
} from '../../support/e2e/clients-place.ts'
import { createClientsReport, type Outcome, outcomeOf } from '../../support/e2e/clients-report.ts'
import { type RunningClient, startClient } from '../../support/e2e/discovering-client.ts'
import type { Library } from '../../support/e2e/discovering-libraries.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { until } from '../../support/parts/until.ts'

const METADATA = '/.well-known/oauth-protected-resource/mcp'

/** Clients wait a second or so before they open a stream again that ended. */
const REOPENED_MS = 5_000

/**
 * `mcp-remote` has two streams and refreshes for both at once. What comes of the second use of a
 * refresh token depends on which is first, and on the provider. The gateway in its place answers
 * both alike, and what the client makes of two answers still depends on which is first.
 */
const isSteady = (library: Library): boolean => library !== 'mcp-remote'

/** A client that runs, and its name. */
type Named = readonly [library: Library, client: RunningClient]

/** Something that runs for the tests of a file, or of a part of it. */
const useStarted = <T extends { readonly stop: () => Promise<unknown> }>(
  start: () => Promise<T>,
): (() => T) => {
  let started: T | undefined
  afterAll(() => started?.stop())
  beforeAll(async () => {
    started = await start()
  })
  return () => {
    if (started === undefined) throw new Error('It is not running.')
    return started
  }
}

const useClients = (place: ClientsPlace, { clientId, hasDocument }: Way) => {
  const server = useStarted(startMcpServer)
  const documentOf = hasDocument === true ? useStarted(startClientDocument) : () => undefined
  const stack = useStack(() => stackOptionsOf(place, server(), documentOf()))
  beforeAll(() => prepare(place, stack(), documentOf()))
  const report = createClientsReport(place.name)
  const { signIn } = place
  const start = (library: Library): RunningClient => {
    const documentUrl = documentOf()?.url
    return startClient(stack(), {
      library,
      ...(clientId === undefined ? {} : { clientId }),
      ...(documentUrl === undefined ? {} : { documentUrl }),
      ...(signIn === undefined ? {} : { signIn }),
    })
  }
  /** One of each library that has signed in, one after the other. */
  const startAll = async (libraries: readonly Library[]): Promise<readonly Named[]> => {
    const started: Named[] = []
    for (const library of libraries) {
      const client = start(library)
      await client.call(mcpUrl(stack()))
      started.push([library, client])
    }
    return started
  }
  /** How a client that has called something came to be known. */
  const cameBy = (client: RunningClient): Outcome => {
    const url = documentOf()?.url
    const isNamed = client.opened()[0]?.searchParams.get('client_id') === url
    return url === undefined || isNamed ? 'signs in' : 'registers itself'
  }
  return { server, stack, report, start, startAll, cameBy }
}

/** Has clients find their way to a place, each given a URL and nothing else. */
export const describeClients = (place: ClientsPlace, libraries: readonly Library[]): void => {
  describe.each(place.ways)(`a client that is given a URL, at ${place.name}, $title`, (way) => {
    const { stack, report, start, cameBy } = useClients(place, way)
    const [read, write] = place.scopes

    it.each(libraries)('%s finds its way, calls, hears, and asks for more', async (library) => {
      const client = start(library)
      const told = await client.call(mcpUrl(stack()))
      expect(told).toMatchObject({ authorization: null, 'x-auth-subject': expect.any(String) })
      const asked = client.asked()
      expect(asked[0]).toBe(library === 'mcp-remote' ? 'GET /mcp 401' : 'POST /mcp 401')
      expect(asked).toContain(`GET ${METADATA} 200`)
      expect(client.opened()).toHaveLength(1)
      expect(client.opened()[0]?.searchParams.get('scope')).toContain(read)
      expect(client.opened()[0]?.searchParams.get('resource')).toBe(mcpUrl(stack()))
      report.saw(library, way.title, 'finds', cameBy(client))
      const heard = await outcomeOf(client, () => client.hear(mcpUrl(stack())))
      expect(asked).toContain('GET /mcp 200')
      report.saw(library, way.title, 'hears', heard)
      const outcome = await outcomeOf(client, () => client.call(mcpUrl(stack(), '/refunds')))
      report.saw(library, way.title, 'asksForMore', outcome)
      if (outcome !== 'signs in') return
      const scopes = client.opened()[1]?.searchParams.get('scope')?.split(' ')
      expect(scopes).toEqual(expect.arrayContaining([read, write]))
    })
  })
}

/**
 * Has clients whose tokens are refused before their time go on. How they came to be known makes no
 * difference to that.
 */
export const describeDeadTokens = (place: ClientsPlace, libraries: readonly Library[]): void => {
  const [way] = place.ways
  describe(`tokens die before their time at ${place.name}:`, () => {
    const { server, stack, report, startAll } = useClients(place, way)
    const kill = async (): Promise<void> => {
      if (place.killTokens === undefined) throw new Error(`${place.name} cannot kill tokens.`)
      await place.killTokens(stack())
    }

    // The same clients twice: where they register themselves, one network registers few at once.
    it('clients call something, and open their stream again', async () => {
      const all = await startAll(libraries)
      await kill()
      for (const [library, client] of all) {
        const outcome = await outcomeOf(client, () => client.call(mcpUrl(stack())))
        report.saw(library, way.title, 'dead', outcome)
      }
      const clients = place.standsIn === true ? all : all.filter(([library]) => isSteady(library))
      for (const [, client] of clients) await client.hear(mcpUrl(stack()))
      await kill()
      const before = new Map(
        clients.map(([, client]) => [client, [client.asked().length, client.opened().length]]),
      )
      await server().hangUp()
      for (const [library, client] of clients) {
        const [asked, opened] = before.get(client) ?? []
        const isBack = async (): Promise<boolean> => {
          const refused = client.asked().indexOf('GET /mcp 401', asked)
          return refused >= 0 && client.asked().indexOf('GET /mcp 200', refused) >= 0
        }
        const outcome = await outcomeOf(
          client,
          () => until(`${library} has its stream again`, isBack, REOPENED_MS),
          opened,
        )
        if (isSteady(library)) report.saw(library, way.title, 'streamRefused', outcome)
        expect(client.asked()).not.toContain('POST /oauth2/token 400')
      }
    })
  })
}

/** Has clients whose tokens have expired go on, in the same way. */
export const describeExpiry = (place: ClientsPlace, libraries: readonly Library[]): void => {
  const [way] = place.ways
  describe(`tokens expire at ${place.name}:`, () => {
    const { stack, report, startAll } = useClients(place, way)

    it('clients go on', async () => {
      const clients = await startAll(libraries)
      const [, last] = clients.at(-1) ?? []
      const told = await last?.call(mcpUrl(stack()))
      const lifetimeS = Number(told?.['x-token-expires']) - Number(told?.['x-told-issued'])
      // Clients go by their own clocks, and count from when a token reached them.
      const overAtMs = Date.now() + lifetimeS * 1_000
      await until('every token has expired by every clock', async () => Date.now() > overAtMs)
      for (const [library, client] of clients) {
        const outcome = await outcomeOf(client, () => client.call(mcpUrl(stack())))
        report.saw(library, way.title, 'expired', outcome)
      }
    })
  })
}
