import type { WrittenManifest } from '../model/migration.ts'
import {
  isObject,
  type JsonObject,
  listIn,
  objectIn,
  textIn,
  textsIn,
  withoutAbsent,
} from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { secondsIn, secondsText } from '../writing/durations.ts'
import { manifestOf, type Place } from '../writing/manifests.ts'
import { claimPath, objectName } from '../writing/names.ts'

/** A JWT provider of a policy. */
export interface TokenIssuer {
  readonly name: string
  /** Its place in the list. */
  readonly index: number
  readonly issuer: string | undefined
  readonly audiences: readonly string[]
  readonly isFromCookies: boolean
  readonly written: JsonObject
}

/** The JWT providers as they are written. */
export const tokenIssuers = (jwt: JsonObject): readonly TokenIssuer[] =>
  listIn(jwt.providers)
    .filter(isObject)
    .map((written, index) => {
      const from = objectIn(written.extractFrom)
      return {
        name: textIn(written.name) ?? 'jwt',
        index,
        issuer: textIn(written.issuer),
        audiences: textsIn(written.audiences),
        isFromCookies:
          textsIn(from.cookies).length > 0 &&
          from.headers === undefined &&
          from.params === undefined,
        written,
      }
    })

const FIELDS = [
  ...[
    'name',
    'issuer',
    'audiences',
    'claimToHeaders',
    'remoteJWKS.uri',
    'remoteJWKS.cacheDuration',
  ],
  ...['extractFrom.cookies', 'extractFrom.headers[].name', 'extractFrom.params'],
]

/** Says of every field of the providers that it was looked at. */
export const takeTokens = (ledger: Ledger): void => {
  for (const field of FIELDS) ledger.value(`jwt.providers[].${field}`)
}

const fromOf = ({ written }: TokenIssuer): readonly JsonObject[] | undefined => {
  const { headers, cookies, params } = objectIn(written.extractFrom)
  const places = [
    ...listIn(headers).flatMap((one) => {
      const name = textIn(objectIn(one).name)?.toLowerCase()
      return name === undefined ? [] : [{ header: name }]
    }),
    ...textsIn(cookies).map((cookie) => ({ cookie })),
    ...textsIn(params).map((query) => ({ query })),
  ]
  return places.length === 0 ? undefined : places.slice(0, 4)
}

const keysOf = ({ written }: TokenIssuer): JsonObject => {
  const remote = objectIn(written.remoteJWKS)
  const seconds = secondsIn(textIn(remote.cacheDuration) ?? '')
  return withoutAbsent({
    discovery: 'Disabled',
    endpoints: { jwks: textIn(remote.uri) },
    refreshInterval:
      seconds === undefined
        ? undefined
        : { keys: secondsText(Math.min(Math.max(seconds, 10), 86_400)) },
  })
}

/** The ways in by token, with the providers that they need. */
export interface TokenWays {
  readonly members: readonly JsonObject[]
  readonly providers: readonly WrittenManifest[]
}

const isUsable = (ledger: Ledger, { index, issuer, audiences, written }: TokenIssuer): boolean => {
  const at = (field: string): string => `jwt.providers[${index}].${field}`
  const hasKeys = textIn(objectIn(written.remoteJWKS).uri) !== undefined
  if (!hasKeys) ledger.lose(at('localJWKS'), 'keys are read from an endpoint alone')
  if (issuer === undefined)
    ledger.lose(
      at('name'),
      'its tokens are refused: without an issuer it is not known whose they are',
    )
  else if (audiences.length === 0)
    ledger.lose(
      at('name'),
      'its tokens are refused until `bearer` lists audiences: a token for whatever service would open the route',
    )
  else if (!hasKeys)
    ledger.lose(at('name'), 'its tokens are refused: there is no endpoint with its keys')
  return issuer !== undefined && audiences.length > 0 && hasKeys
}

/** A member of `authenticate` for each provider whose tokens can be taken. */
export const tokenWays = (
  ledger: Ledger,
  issuers: readonly TokenIssuer[],
  { name, namespace }: Place,
): TokenWays => {
  const usable = issuers.filter((one) => isUsable(ledger, one))
  const placeOf = (one: TokenIssuer): Place => ({
    name: objectName(`${name}-${one.name}`, 'jwt'),
    namespace,
  })
  return {
    members: usable.map((one) => ({
      bearer: withoutAbsent({
        providerRef: { name: placeOf(one).name },
        audiences: one.audiences,
        accept: ['AccessToken', 'IDToken'],
        from: fromOf(one),
      }),
    })),
    providers: usable.map((one) =>
      manifestOf('IdentityProvider', placeOf(one), { issuer: one.issuer, ...keysOf(one) }),
    ),
  }
}

/** The headers that claims of tokens are told in. */
export const tokenHeaders = (
  issuers: readonly TokenIssuer[],
): readonly JsonObject[] | undefined => {
  const headers = issuers.flatMap(({ written }) =>
    listIn(written.claimToHeaders)
      .filter(isObject)
      .map(({ header, claim }) => ({
        name: String(header).toLowerCase(),
        claim: claimPath(String(claim)),
      })),
  )
  const unlike = new Map(headers.map((one) => [one.name, one]))
  return unlike.size === 0 ? undefined : [...unlike.values()]
}
