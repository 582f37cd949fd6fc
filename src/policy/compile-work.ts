import type { Policy } from '../core/policy/policy.ts'
import type { Client } from '../core/registration/client.ts'
import type { Provider } from '../core/registration/provider.ts'
import type { RouteHosts } from './compile/host/hosts.ts'
import type { HostClaim } from './compile/host/ownership.ts'
import type { Current, Weighed } from './compile/object/last-good.ts'
import { createMemo, type Memo } from './compile/object/memo.ts'
import type { LinkedDraft, Outcome } from './compile/object/outcome.ts'
import type { ClientDraft } from './compile/registration/client.ts'
import type { ProviderDraft } from './compile/registration/provider.ts'
import type { RouteDraft } from './compile/route/route.ts'
import type { Warning } from './compile/route/warnings.ts'

/** What is made of each object of one kind. */
interface KindWork<D, T> {
  readonly currents: Memo<Current<D>>
  readonly weighed: Memo<Weighed<D>>
  readonly linked: Memo<LinkedDraft<T>>
  readonly outcomes: Memo<Outcome<D, T>>
}

/** What is made of single objects in the course of a compilation, and found by the next. */
export interface Work {
  readonly providers: KindWork<ProviderDraft, Provider>
  readonly clients: KindWork<ClientDraft, Client>
  readonly routes: KindWork<RouteDraft, Policy>
  readonly claims: Memo<HostClaim>
  readonly hosts: Memo<RouteHosts>
  readonly warnings: Memo<readonly Warning[]>
  /** Ends a compilation: what is made of objects that are gone is forgotten with them. */
  readonly retain: () => void
}

const createKindWork = <D, T>(): KindWork<D, T> => ({
  currents: createMemo(),
  weighed: createMemo(),
  linked: createMemo(),
  outcomes: createMemo(),
})

/** Nothing was made yet. */
export const createWork = (): Work => {
  const providers = createKindWork<ProviderDraft, Provider>()
  const clients = createKindWork<ClientDraft, Client>()
  const routes = createKindWork<RouteDraft, Policy>()
  const more = {
    claims: createMemo<HostClaim>(),
    hosts: createMemo<RouteHosts>(),
    warnings: createMemo<readonly Warning[]>(),
  }
  const all = [providers, clients, routes, more].flatMap((memos) => Object.values(memos))
  return {
    providers,
    clients,
    routes,
    ...more,
    retain: () => {
      for (const memo of all) memo.retain()
    },
  }
}
