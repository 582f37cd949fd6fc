import type { JsonObject } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { allOfOneOf } from '../writing/alternatives.ts'
import { sessionClosingClause } from '../writing/manifests.ts'
import { topClaim } from '../writing/names.ts'
import type { Consumer } from './input/occurrence.ts'
import { claimClauses, claimOf, wordsOf } from './values.ts'

const TOO_MANY = 'there are more alternatives than clauses can list'

const asked = (
  ledger: Ledger,
  name: string,
  clauses: readonly JsonObject[] | undefined,
): readonly JsonObject[] => {
  if (clauses === undefined) ledger.close(name, TOO_MANY)
  return clauses ?? []
}

const scopeClauses = (ledger: Ledger): readonly JsonObject[] => {
  const texts = ledger.texts('scopes_required')
  const claim = claimOf(ledger, 'scopes_claim', 'scope')
  if (texts.length === 0) return []
  return claim === 'scope' || claim === 'scp'
    ? asked(ledger, 'scopes_required', allOfOneOf(wordsOf(texts).map((scopes) => [{ scopes }])))
    : asked(ledger, 'scopes_required', claimClauses(claim, texts))
}

const audienceClauses = (ledger: Ledger, hasSession: boolean): readonly JsonObject[] => {
  const texts = ledger.texts('audience_required')
  if (texts.length === 0) return []
  const isPlain = wordsOf(texts).every((one) => one.length === 1)
  const claim = claimOf(ledger, 'audience_claim', 'aud')
  return [
    ...(hasSession ? [sessionClosingClause(['audience_required'])] : []),
    ...(isPlain ? [] : asked(ledger, 'audience_required', claimClauses(claim, texts))),
  ]
}

const NAMES: Readonly<Record<string, keyof Consumer>> = {
  username: 'username',
  custom_id: 'customId',
  id: 'id',
}

const consumerClauses = (ledger: Ledger, consumers: readonly Consumer[]): readonly JsonObject[] => {
  const claim = claimOf(ledger, 'consumer_claim', '')
  const by = ledger.texts('consumer_by')
  const isOptional = ledger.flag('consumer_optional') === true
  if (claim === '' || isOptional) return []
  const fields = (by.length === 0 ? ['custom_id', 'username'] : by).map((one) => NAMES[one])
  const names = consumers.flatMap((one) => fields.flatMap((field) => (field && one[field]) ?? []))
  if (names.length > 0 && names.length <= 64) return [{ claim, anyOf: [...new Set(names)] }]
  ledger.close(
    'consumer_claim',
    'only Consumers get in, and which there are is not among the files, or too many: list them as `claim` with `anyOf`',
  )
  return []
}

const CLOSING: Readonly<Record<string, string>> = {
  consumer_groups_claim:
    'only members of groups of Consumers get in: write who they are as `claim` with `anyOf`',
  jwt_session_cookie: 'a token has to belong to a cookie besides',
}

const closeOthers = (ledger: Ledger): void => {
  for (const [name, words] of Object.entries(CLOSING)) {
    const isWaived =
      name === 'consumer_groups_claim' && ledger.flag('consumer_groups_optional') === true
    if (ledger.texts(name).length > 0 && !isWaived) ledger.close(name, words)
  }
}

/** What the plugin asks of whoever is authenticated. */
export const authorizeOf = (
  ledger: Ledger,
  consumers: readonly Consumer[],
  hasSession: boolean,
): readonly JsonObject[] => {
  closeOthers(ledger)
  const domains = ledger.texts('domains')
  const [groups, roles] = [ledger.texts('groups_required'), ledger.texts('roles_required')]
  return [
    ...audienceClauses(ledger, hasSession),
    ...scopeClauses(ledger),
    ...asked(
      ledger,
      'groups_required',
      claimClauses(claimOf(ledger, 'groups_claim', 'groups'), groups),
    ),
    ...asked(
      ledger,
      'roles_required',
      claimClauses(claimOf(ledger, 'roles_claim', 'roles'), roles),
    ),
    ...(domains.length === 0 ? [] : [{ claim: 'hd', anyOf: domains }]),
    ...ledger.texts('claims_forbidden').map((one) => ({ claim: topClaim(one), exists: false })),
    ...consumerClauses(ledger, consumers),
  ]
}
