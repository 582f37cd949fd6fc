import { type JsonObject, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { topClaim } from '../writing/names.ts'

const pairsOf = (
  ledger: Ledger,
  names: string,
  claims: string,
): readonly JsonObject[] | undefined => {
  const [headers, values] = [ledger.texts(names), ledger.texts(claims)]
  if (headers.length !== values.length) {
    ledger.lose(names, 'there is not a claim for each name')
    return undefined
  }
  return headers.length === 0
    ? undefined
    : headers.map((name, index) => ({
        name: name.toLowerCase(),
        claim: topClaim(values[index] ?? ''),
      }))
}

const IN_AUTHORIZATION = 'authorization:bearer'

const authorizationOf = (ledger: Ledger): string => {
  const access = ledger.text('upstream_access_token_header')?.toLowerCase()
  const id = ledger.text('upstream_id_token_header')?.toLowerCase()
  if (access !== undefined && access !== IN_AUTHORIZATION) {
    ledger.lose('upstream_access_token_header', 'the access token goes on in `Authorization` alone')
  }
  if (id !== undefined && id !== IN_AUTHORIZATION) {
    ledger.lose('upstream_id_token_header', 'the ID token goes on in `Authorization` alone')
  }
  if (id === IN_AUTHORIZATION) return 'IDToken'
  return access === undefined || access === IN_AUTHORIZATION ? 'AccessToken' : 'Remove'
}

/** What upstream and browser are told. */
export const headersOf = (ledger: Ledger): JsonObject => {
  const response = pairsOf(ledger, 'downstream_headers_names', 'downstream_headers_claims')
  return withoutAbsent({
    upstream: withoutAbsent({
      authorization: authorizationOf(ledger),
      headers: pairsOf(ledger, 'upstream_headers_names', 'upstream_headers_claims'),
    }),
    response: response === undefined ? undefined : { headers: response },
  })
}
