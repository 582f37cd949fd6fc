import type { WrittenManifest } from '../model/migration.ts'
import { type JsonObject, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { NO_HOSTS } from '../writing/hosts.ts'
import { closingClause, closingComments, manifestOf, type Place } from '../writing/manifests.ts'
import type { AskedHosts } from './asked-hosts.ts'
import { authorizeOf } from './authorize.ts'
import { rulesOf } from './public-rules.ts'
import { upstreamOf } from './upstream.ts'

const UNSET = 'email_domains (none is set, by which oauth2-proxy lets nobody in)'

/** The ProtectedRoute. Whatever is closed is closed by a clause that names it. */
export const routeManifest = (
  ledger: Ledger,
  place: Place,
  {
    asked,
    client,
    authenticate,
    isPartial,
  }: {
    /** Something is not read that may say other paths than what is read. */
    readonly isPartial: boolean
    readonly client: string
    readonly asked: AskedHosts
    readonly authenticate: readonly JsonObject[] | undefined
  },
): WrittenManifest => {
  const { hosts } = asked
  const { clauses, isNobody } = authorizeOf(ledger)
  const [rules, upstream] = [rulesOf(ledger, isPartial), upstreamOf(ledger)]
  const closed = [...(isNobody ? [UNSET] : []), ...ledger.closed(), ...asked.closed]
  const all = [...clauses, ...asked.clauses]
  const authorize = [...all, ...(closed.length === 0 ? [] : [closingClause(closed)])]
  const spec = withoutAbsent({
    hosts,
    clientRef: { name: client },
    authenticate,
    onUnauthenticated: ledger.flag('force_json_errors') === true ? 'Challenge' : undefined,
    authorize: authorize.length === 0 ? undefined : authorize,
    upstream,
    rules: rules.length === 0 ? undefined : rules,
  })
  return manifestOf('ProtectedRoute', place, spec, [
    ...(hosts.length === 0 ? [NO_HOSTS] : []),
    ...closingComments(closed),
  ])
}
