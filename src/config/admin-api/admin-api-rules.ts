import { problem, type Rule, together } from '../schema/rule.ts'

const needsCredentials: Rule = (get) => {
  const ways = ['adminApi.tokenFile', 'adminApi.tls.clientCaFile', 'adminApi.assertion.audience']
  return get('adminApi.listen') !== undefined && ways.every((way) => get(way) === undefined)
    ? problem(
        'adminApi.listen',
        'needs adminApi.tokenFile, adminApi.tls.clientCaFile or adminApi.assertion.audience beside it: without any, anybody could end sessions',
      )
    : []
}

const assertionNeedsValues: Rule = (get) => {
  const lists = ['adminApi.assertion.view', 'adminApi.assertion.endSessions']
  const isWanted = get('adminApi.assertion.audience') !== undefined
  return isWanted && lists.every((list) => get(list) === undefined)
    ? problem(
        'adminApi.assertion.audience',
        'needs adminApi.assertion.view or adminApi.assertion.endSessions beside it: without either, nobody may do anything',
      )
    : []
}

/** A gateway shows a certificate too: without an assertion beside it, it would be somebody. */
const gatewayIsNobody: Rule = (get) => {
  const roles = ['adminApi.certificates.view', 'adminApi.certificates.endSessions']
  const isOpen =
    get('adminApi.assertion.audience') !== undefined &&
    get('adminApi.tls.clientCaFile') !== undefined &&
    get('adminApi.tokenFile') === undefined
  return isOpen && roles.every((role) => get(role) === undefined)
    ? problem(
        'adminApi.assertion.audience',
        'needs adminApi.certificates.view, adminApi.certificates.endSessions or adminApi.tokenFile beside it where adminApi.tls.clientCaFile is set: the certificate of the gateway alone would do everything',
      )
    : []
}

/** What fields of the admin API need beside them. */
export const adminApiRules: readonly Rule[] = [
  together('adminApi.tokenFile', 'adminApi.listen'),
  together('adminApi.tls.certFile', 'adminApi.listen'),
  together('adminApi.tls.certFile', 'adminApi.tls.keyFile'),
  together('adminApi.tls.keyFile', 'adminApi.tls.certFile'),
  together('adminApi.tls.clientCaFile', 'adminApi.tls.certFile'),
  together('adminApi.certificates.view', 'adminApi.tls.clientCaFile'),
  together('adminApi.certificates.endSessions', 'adminApi.tls.clientCaFile'),
  together('adminApi.assertion.audience', 'adminApi.listen'),
  together('adminApi.assertion.audience', 'adminApi.assertion.route'),
  together('adminApi.assertion.audience', 'adminApi.assertion.claim'),
  together('adminApi.assertion.audience', 'assertions.issuer'),
  together('adminApi.assertion.route', 'adminApi.assertion.audience'),
  together('adminApi.assertion.claim', 'adminApi.assertion.audience'),
  together('adminApi.assertion.view', 'adminApi.assertion.audience'),
  together('adminApi.assertion.endSessions', 'adminApi.assertion.audience'),
  assertionNeedsValues,
  gatewayIsNobody,
  needsCredentials,
]
