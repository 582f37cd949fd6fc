import type { Claims } from '../../core/identity/identity.ts'
import type { ProfileTerms } from '../../core/provider/profile-terms.ts'
import { isPlainElsewhere } from '../../core/registration/profile.ts'
import { ENDPOINT_NAMES } from '../../core/registration/provider.ts'
import { type Endpoints, METADATA_FIELDS } from './endpoints.ts'

/** A list of metadata, of the members that are text; `undefined` where there is none. */
export const listIn = (document: Claims, field: string): readonly string[] | undefined => {
  const list = document[field]
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : undefined
}

const LISTS = {
  tokenAlgorithms: 'id_token_signing_alg_values_supported',
  challengeMethods: 'code_challenge_methods_supported',
  methods: 'token_endpoint_auth_methods_supported',
  assertionAlgorithms: 'token_endpoint_auth_signing_alg_values_supported',
  proofAlgorithms: 'dpop_signing_alg_values_supported',
  answerAlgorithms: 'authorization_signing_alg_values_supported',
} as const satisfies Partial<Record<keyof ProfileTerms, string>>

const listsIn = (document: Claims): Partial<Record<keyof typeof LISTS, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(LISTS).flatMap(([name, field]) => {
      const list = listIn(document, field)
      return list === undefined ? [] : [[name, list]]
    }),
  )

/** What metadata say of what a profile demands. */
export const profileTermsIn = (
  document: Claims,
  { endpoints, aliases }: Pick<Endpoints, 'endpoints' | 'aliases'>,
): ProfileTerms => {
  const isPlain = (url: string | undefined) => url !== undefined && isPlainElsewhere(url)
  return {
    ...listsIn(document),
    sendsIssuer: document.authorization_response_iss_parameter_supported === true,
    bindsToCertificates: document.tls_client_certificate_bound_access_tokens === true,
    plainEndpoints: ENDPOINT_NAMES.filter((name) =>
      [endpoints[name], aliases[name]].some(isPlain),
    ).map((name) => METADATA_FIELDS[name]),
  }
}
