import {
  isObject,
  type JsonObject,
  listIn,
  objectIn,
  textIn,
  withoutAbsent,
} from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { claimPath } from '../writing/names.ts'

const LIST_FORM = { format: 'CommaSeparated', encoding: 'UTF8' }

const CLAIMS: Readonly<Record<string, string>> = { user: 'sub' }

interface Injected {
  readonly header?: JsonObject
  readonly authorization?: string
}

const TOKENS: Readonly<Record<string, string>> = {
  access_token: 'AccessToken',
  id_token: 'IDToken',
}

/** One header of the structured configuration; nothing where it cannot be said. */
const injected = (one: JsonObject): Injected | undefined => {
  const [value, ...more] = listIn(one.values).filter(isObject)
  const source = objectIn(value?.claimSource ?? value)
  const [name, claim, prefix] = [textIn(one.name), textIn(source.claim), textIn(source.prefix)]
  const isPlain = more.length === 0 && source.basicAuthPassword === undefined
  if (name === undefined || claim === undefined || !isPlain) return undefined
  const authorization = TOKENS[claim]
  if (name.toLowerCase() === 'authorization') {
    return authorization === undefined || (prefix !== 'Bearer' && prefix !== 'Bearer ')
      ? undefined
      : { authorization }
  }
  if (authorization !== undefined || prefix !== undefined) return undefined
  const header = {
    name: name.toLowerCase(),
    claim: claimPath(CLAIMS[claim] ?? claim),
    ...LIST_FORM,
  }
  return { header }
}

const fromStructured = (ledger: Ledger): JsonObject => {
  const written = listIn(ledger.value('injectRequestHeaders')).filter(isObject)
  const read = written.map(injected)
  if (read.includes(undefined) || written.some((one) => one.preserveRequestValue === true)) {
    ledger.lose(
      'injectRequestHeaders',
      'headers of secrets, of a token under another name than Authorization, with a prefix or with several values are left out, and no header of a caller is kept',
    )
  }
  const headers = read.flatMap((one) => one?.header ?? [])
  return withoutAbsent({
    authorization: read.find((one) => one?.authorization !== undefined)?.authorization ?? 'Keep',
    headers: headers.length === 0 ? undefined : headers,
  })
}

const NAMES_BY_EMAIL = [
  { name: 'x-forwarded-user', claim: 'email', encoding: 'UTF8' },
  { name: 'x-forwarded-preferred-username', claim: 'preferred_username', encoding: 'UTF8' },
]

const NAMES = [
  { name: 'x-forwarded-user', claim: 'sub', encoding: 'UTF8' },
  { name: 'x-forwarded-email', claim: 'email', encoding: 'UTF8' },
  { name: 'x-forwarded-preferred-username', claim: 'preferred_username', encoding: 'UTF8' },
]

const headersOf = (ledger: Ledger): JsonObject => {
  const flags = ['pass_basic_auth', 'pass_user_headers', 'set_xauthrequest'].map(ledger.flag)
  const [basic = true, user = true, request = false] = flags
  if (!basic && !user && !request) return {}
  const isByEmail = ledger.flag('prefer_email_to_user') === true
  const groups = ledger.text('oidc_groups_claim') ?? 'groups'
  if (!isByEmail && groups === 'groups') return { compatibility: 'OAuth2Proxy' }
  const names = isByEmail ? NAMES_BY_EMAIL : NAMES
  return {
    headers: [...names, { name: 'x-forwarded-groups', claim: claimPath(groups), ...LIST_FORM }],
  }
}

const authorizationOf = (ledger: Ledger): string => {
  const isIdToken = ['pass_authorization_header', 'set_authorization_header'].some(
    (name) => ledger.flag(name) === true,
  )
  const isAccessToken = ledger.flag('pass_access_token') === true
  if (!isAccessToken) return isIdToken ? 'IDToken' : 'Keep'
  if (!isIdToken) {
    ledger.say(
      'pass_access_token',
      '`upstream.authorization: AccessToken`, which sets `Authorization` besides `X-Forwarded-Access-Token`',
    )
    return 'AccessToken'
  }
  ledger.lose(
    'pass_access_token',
    '`Authorization` is the ID token, and the header with the access token is there only if it is that: choose one',
  )
  return 'IDToken'
}

/** What the upstream receives. */
export const upstreamOf = (ledger: Ledger): JsonObject =>
  ledger.has('injectRequestHeaders')
    ? fromStructured(ledger)
    : { authorization: authorizationOf(ledger), ...headersOf(ledger) }
