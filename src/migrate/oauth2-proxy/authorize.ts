import { isObject, type JsonObject, textsIn } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { claimPath } from '../writing/names.ts'
import { literally } from '../writing/patterns.ts'
import { listed } from './input/lists.ts'

const MOST_VALUES = 64
const MOST_ALTERNATIVES = 8

const chunks = (values: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(values.length / MOST_VALUES) }, (_, index) =>
    values.slice(index * MOST_VALUES, (index + 1) * MOST_VALUES),
  )

const oneOf = (alternatives: readonly JsonObject[]): readonly JsonObject[] =>
  alternatives.length < 2 ? alternatives : [{ any: alternatives }]

/** The claim that holds the address. */
const emailClaim = (ledger: Ledger): string => {
  const claim = ledger.text('oidc_email_claim') ?? 'email'
  const older = ledger.text('user_id_claim') ?? 'email'
  return claim === 'email' ? older : claim
}

const patternOf = (domain: string): string => {
  const isBelow = /^\*?\./.test(domain)
  const name = literally(domain.replace(/^\*?\./, ''))
  return `[^@]+@${isBelow ? '[^@]*\\.' : ''}${name}`
}

const domainsClause = (ledger: Ledger, domains: readonly string[], claim: string): JsonObject => {
  const isUnverified = ledger.flag('insecure_oidc_allow_unverified_email') === true
  if (claim !== 'email') {
    return { claim: claimPath(claim), matches: domains.map(patternOf), ignoreCase: true }
  }
  const written = domains.map((one) => one.toLowerCase().replace(/^\./, '*.'))
  return isUnverified ? { emailDomains: written, allowUnverified: true } : { emailDomains: written }
}

/** A domain with a blank in it is that of no address. */
const domainsOf = (ledger: Ledger): readonly string[] => {
  const written = listed(ledger, 'email_domains')
  const domains = written.filter((one) => !/\s/.test(one))
  if (domains.length < written.length) {
    ledger.lose('email_domains', 'those with a blank, which match no address, are left out')
  }
  return domains
}

const emailsOf = (ledger: Ledger): readonly string[] => {
  const value = ledger.value('authenticated_emails_file')
  return isObject(value) ? textsIn(value.emails).map((one) => one.toLowerCase()) : []
}

/** An address that is said to be unverified does not count, unless the setting waives that. */
const notUnverified = (ledger: Ledger, claim: string): readonly JsonObject[] =>
  claim === 'email' && ledger.flag('insecure_oidc_allow_unverified_email') !== true
    ? [{ claim: 'email_verified', noneOf: [false, 'false'] }]
    : []

const anyAddress = (ledger: Ledger, claim: string): readonly JsonObject[] => [
  { claim: claimPath(claim), matches: ['.+'] },
  ...notUnverified(ledger, claim),
]

const FILL_IN =
  'the file is not read: write its addresses as `claim: email` with `anyOf` and `ignoreCase: true`, and beside it `claim: email_verified` with `noneOf: [false, "false"]`'

const missEmails = (ledger: Ledger, hasDomains: boolean): void => {
  if (!ledger.has('authenticated_emails_file')) return
  if (hasDomains) ledger.lose('authenticated_emails_file', FILL_IN)
  else ledger.close('authenticated_emails_file', FILL_IN)
}

const emailClauses = (ledger: Ledger): readonly JsonObject[] | undefined => {
  const domains = domainsOf(ledger)
  const claim = emailClaim(ledger)
  if (domains.includes('*')) return anyAddress(ledger, claim)
  const emails = emailsOf(ledger)
  if (emails.length === 0) missEmails(ledger, domains.length > 0)
  const addresses = chunks(emails).map((anyOf) => ({
    claim: claimPath(claim),
    anyOf,
    ignoreCase: true,
  }))
  const alternatives = [
    ...(domains.length === 0 ? [] : [domainsClause(ledger, domains, claim)]),
    ...addresses,
  ]
  if (alternatives.length === 0 || alternatives.length > MOST_ALTERNATIVES) return undefined
  return [...oneOf(alternatives), ...(emails.length === 0 ? [] : notUnverified(ledger, claim))]
}

const ROLE = 'role:'

const roleClauses = (roles: readonly string[]): readonly JsonObject[] => {
  const ofClients = Map.groupBy(
    roles.filter((one) => one.includes(':')),
    (one) => one.slice(0, one.indexOf(':')),
  )
  return [
    ...chunks(roles).map((anyOf) => ({ claim: 'realm_access.roles', anyOf })),
    ...[...ofClients].map(([client, names]) => ({
      claim: client.includes('.')
        ? `/resource_access/${client}/roles`
        : `resource_access.${client}.roles`,
      anyOf: names.map((one) => one.slice(client.length + 1)),
    })),
  ]
}

/** `keycloak_groups` counts alone: beside the others oauth2-proxy passes over it. */
const groupsOf = (ledger: Ledger, roles: readonly string[]): readonly string[] => {
  const allowed = listed(ledger, 'allowed_groups')
  const older = listed(ledger, 'keycloak_groups')
  if (allowed.length + roles.length === 0) return older
  if (older.length > 0) {
    ledger.lose(
      'keycloak_groups',
      'beside `allowed_groups` and `allowed_roles` oauth2-proxy passes over it',
    )
  }
  return allowed
}

const alternativesOf = (
  ledger: Ledger,
  groups: readonly string[],
  roles: readonly string[],
): readonly JsonObject[] => {
  const isKeycloak = ledger.text('provider') === 'keycloak-oidc'
  const asRoles = isKeycloak ? groups.filter((one) => one.startsWith(ROLE)) : []
  const claim = claimPath(ledger.text('oidc_groups_claim') ?? 'groups')
  return [
    ...chunks(groups).map((anyOf) => ({ claim, anyOf })),
    ...roleClauses([...roles, ...asRoles.map((one) => one.slice(ROLE.length))]),
  ]
}

const groupClauses = (ledger: Ledger): readonly JsonObject[] => {
  const isKeycloak = ledger.text('provider') === 'keycloak-oidc'
  const roles = isKeycloak ? listed(ledger, 'allowed_roles') : []
  const alternatives = alternativesOf(ledger, groupsOf(ledger, roles), roles)
  if (!isKeycloak && ledger.has('allowed_roles')) {
    ledger.lose('allowed_roles', 'oauth2-proxy looks at it with the provider keycloak-oidc alone')
  }
  if (alternatives.length <= MOST_ALTERNATIVES) return oneOf(alternatives)
  ledger.close(
    'allowed_groups',
    'there are more of them than one clause can list: have the provider say one group',
  )
  return []
}

/** Restrictions that nothing here can ask, as what they ask is in no token. */
const CLOSING: Readonly<Record<string, string>> = {
  google_groups: 'no token of Google names groups',
  github_org: 'no token says it',
  github_team: 'no token says it',
  github_repo: 'no token says it',
  gitlab_groups: 'ask for `groups_direct`, or `groups` of the userinfo endpoint, in authorize',
  gitlab_projects: 'no token says it',
  bitbucket_team: 'no token says it',
  bitbucket_workspace: 'no token says it',
  bitbucket_repository: 'no token says it',
}

const closeRestrictions = (ledger: Ledger): void => {
  for (const [name, words] of Object.entries(CLOSING)) {
    if (ledger.has(name) && listed(ledger, name).length > 0) {
      ledger.close(name, `it restricts who gets in, and ${words}`)
    }
  }
}

/** What the route asks of whoever signed in, and whether it lets in nobody at all. */
export interface Asked {
  readonly clauses: readonly JsonObject[]
  readonly isNobody: boolean
}

/** Reads everything that restricts who gets in. */
export const authorizeOf = (ledger: Ledger): Asked => {
  closeRestrictions(ledger)
  const groups = groupClauses(ledger)
  const emails = emailClauses(ledger)
  return { clauses: [...(emails ?? []), ...groups], isNobody: emails === undefined }
}

const DOMAIN = /^(?:\*?\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i

/**
 * What the query of an `auth-url` asks besides, by the names of its parameters; nothing where that
 * cannot be said.
 */
export const clausesAsked = (
  ledger: Ledger,
  {
    allowed_groups: groups = [],
    allowed_emails: emails = [],
    allowed_email_domains: domains = [],
  }: Readonly<Record<string, readonly string[]>>,
): readonly JsonObject[] | undefined => {
  const claim = emailClaim(ledger)
  const alternatives = [
    alternativesOf(ledger, groups, []),
    chunks(emails).map((anyOf) => ({ claim: claimPath(claim), anyOf })),
    domains.length === 0 ? [] : [domainsClause(ledger, domains, claim)],
  ]
  const isTooMuch = alternatives.some((one) => one.length > MOST_ALTERNATIVES)
  if (isTooMuch || domains.length > MOST_VALUES || !domains.every((one) => DOMAIN.test(one))) {
    return undefined
  }
  return [
    ...alternatives.flatMap(oneOf),
    ...(emails.length === 0 ? [] : notUnverified(ledger, claim)),
  ]
}
