import { eachInSteps, mapInSteps, type Steps } from '../core/time/steps.ts'
import { type ByKind, currentsOf } from './compile/object/currents.ts'
import { sameGrant } from './compile/object/grant.ts'
import type { InvalidObject } from './compile/object/invalid-object.ts'
import {
  type Current,
  type Good,
  type GoodByKey,
  type Weighed,
  weigh,
} from './compile/object/last-good.ts'
import type { Memo } from './compile/object/memo.ts'
import type { Floor, FloorOf } from './compile/platform/floor.ts'
import { type ClientDraft, carryOverClient, readClient } from './compile/registration/client.ts'
import { type ProviderDraft, readProvider } from './compile/registration/provider.ts'
import { type RouteDraft, type RouteReading, readRoute } from './compile/route/route.ts'
import type { Work } from './compile-work.ts'

/**
 * The valid state of every object at the last compilation, and before it where that was invalid.
 * Hand it on, look not inside.
 */
export interface LastGood {
  readonly providers: GoodByKey<ProviderDraft>
  readonly clients: GoodByKey<ClientDraft>
  readonly routes: GoodByKey<RouteDraft>
}

const NOTHING_YET: LastGood = { providers: new Map(), clients: new Map(), routes: new Map() }

/** A grant that was taken back holds no longer, even if the same edit made the object invalid. */
const presentGrant = (good: ProviderDraft, now: ProviderDraft): ProviderDraft =>
  sameGrant(good, now) ? good : { ...good, grant: now.grant }

const NOTHING_ELSE = (): undefined => undefined

const unchanged = (good: RouteDraft): RouteDraft => good

type WithGood<D> = {
  readonly weighed: readonly Weighed<D>[]
  readonly lastGood: GoodByKey<D>
}

/** What is in force for each object of a kind, and what to remember of it for the next time. */
const weighEach = function* <D>(
  currents: readonly Current<D>[],
  previous: GoodByKey<D>,
  carryOver: (good: D, now: D) => D,
  memo: Memo<Weighed<D>>,
): Steps<WithGood<D>> {
  const weighed = yield* mapInSteps(currents, (one) => weigh(one, previous, carryOver, memo))
  const lastGood = new Map<string, Good<D>>()
  yield* eachInSteps(weighed, ({ current, inForce }) => {
    if (inForce.kind !== 'none') lastGood.set(current.key, inForce.good)
  })
  return { weighed, lastGood }
}

/** What is in force for every object. */
export interface AllInForce {
  readonly providers: readonly Weighed<ProviderDraft>[]
  readonly clients: readonly Weighed<ClientDraft>[]
  readonly routes: readonly Weighed<RouteDraft>[]
  readonly lastGood: LastGood
}

/** What reading depends on besides what is read. */
interface ReadingOptions extends RouteReading {
  readonly allowInsecureIssuers: boolean
  readonly floorOf: FloorOf
}

/** Reads every object by itself, and weighs it against its last good version (R29). */
export const weighAll = function* (
  objects: ByKind,
  invalid: readonly InvalidObject[],
  { providers, clients, routes }: Work,
  options: ReadingOptions,
  previous: LastGood = NOTHING_YET,
): Steps<AllInForce> {
  const refused = Map.groupBy(invalid, ({ kind }) => kind)
  const refusedOf = (kind: InvalidObject['kind']) => refused.get(kind) ?? []
  const read = {
    providers: yield* currentsOf(
      objects.providers,
      refusedOf('IdentityProvider'),
      (provider) => readProvider(provider, options.allowInsecureIssuers),
      providers.currents,
      NOTHING_ELSE,
    ),
    clients: yield* currentsOf(
      objects.clients,
      refusedOf('OIDCClient'),
      (client) => readClient(client),
      clients.currents,
      NOTHING_ELSE,
    ),
    routes: yield* currentsOf(
      objects.routes,
      refusedOf('ProtectedRoute'),
      (route, floor: Floor) => readRoute(route, floor, options),
      routes.currents,
      ({ metadata }) => options.floorOf(metadata.namespace),
    ),
  }
  const of = {
    providers: yield* weighEach(
      read.providers,
      previous.providers,
      presentGrant,
      providers.weighed,
    ),
    clients: yield* weighEach(read.clients, previous.clients, carryOverClient, clients.weighed),
    routes: yield* weighEach(read.routes, previous.routes, unchanged, routes.weighed),
  }
  return {
    providers: of.providers.weighed,
    clients: of.clients.weighed,
    routes: of.routes.weighed,
    lastGood: {
      providers: of.providers.lastGood,
      clients: of.clients.lastGood,
      routes: of.routes.lastGood,
    },
  }
}
