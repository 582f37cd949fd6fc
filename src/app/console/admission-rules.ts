import type { VerifyingDeps } from '../../assertions/verify-assertion.ts'
import { verifyAssertion } from '../../assertions/verify-assertion.ts'
import type { Config } from '../../config/config.ts'
import { type AdminRole, type Admission, EVERY_ROLE } from '../../core/console/administrator.ts'
import { claimAt } from '../../core/decision/told-value.ts'
import type { Claims, Json } from '../../core/identity/identity.ts'
import type { AdmissionRules } from '../../http/sessions-api/admit.ts'
import { parseClaimPath } from '../../policy/matching/claim-path.ts'

type AdminApi = NonNullable<Config['adminApi']>
type AssertionConfig = NonNullable<AdminApi['assertion']>
type Roles = NonNullable<AdminApi['certificates']>

/** What assertions are verified with. */
export interface AdmissionDeps extends Pick<VerifyingDeps, 'clock'> {
  /** What we sign ourselves; the configuration demands an issuer where assertions count. */
  readonly verifying: Pick<VerifyingDeps, 'keySet'> & { readonly issuer?: string }
}

const rolesFor = ({ view, endSessions }: Roles, names: readonly string[]): readonly AdminRole[] => {
  if (names.some((name) => endSessions.includes(name))) return EVERY_ROLE
  return names.some((name) => view.includes(name)) ? ['view'] : []
}

const textsOf = (value: Json | undefined): readonly string[] =>
  [value].flat().filter((one) => typeof one === 'string')

/** The subject, and whose it is: several providers may know somebody by that name. */
const nameOf = ({ sub, sub_id: id }: Claims): string => {
  const provider =
    typeof id === 'object' && id !== null && !Array.isArray(id) && 'iss' in id && id.iss
  return typeof provider === 'string' ? `${sub} of ${provider}` : String(sub)
}

const admissionOf = (config: AssertionConfig, claims: Claims): Admission => {
  const { claim } = config
  const path = parseClaimPath(claim)
  const value = path.ok ? claimAt(claims, path.value) : undefined
  const name = nameOf(claims)
  const roles = rolesFor(config, textsOf(value))
  if (roles.length > 0) {
    return { kind: 'admitted', administrator: { name, roles, way: 'assertion' } }
  }
  const sentence =
    value === undefined
      ? `The assertion is good and has no claim ${claim}, which says what you may do: either you do not have it, or upstream.assertion.claims of the ProtectedRoute does not name it.`
      : `The assertion is good, and its claim ${claim} has none of the values that adminApi.assertion.view and adminApi.assertion.endSessions name.`
  return { kind: 'forbidden', who: name, sentence }
}

const assertionRule = (
  config: AssertionConfig,
  deps: AdmissionDeps,
): Required<AdmissionRules>['assertion'] => {
  const { audience, header } = config
  const { clock, verifying: own } = deps
  const verifying = { clock, keySet: own.keySet, audience, issuer: own.issuer ?? '' }
  return {
    header,
    verify: (assertion) => {
      const verified = verifyAssertion(assertion, verifying)
      return verified.kind === 'verified'
        ? admissionOf(config, verified.claims)
        : {
            kind: 'forbidden',
            sentence: `The assertion in ${header} does not count: ${verified.why}.`,
          }
    },
  }
}

/** What certificates and assertions are worth, as configured. */
export const admissionRulesOf = (
  { certificates, assertion }: Pick<AdminApi, 'certificates' | 'assertion'>,
  deps: AdmissionDeps,
): Pick<AdmissionRules, 'rolesOfCertificate' | 'assertion'> => ({
  ...(certificates === undefined
    ? {}
    : { rolesOfCertificate: (identities) => rolesFor(certificates, identities) }),
  ...(assertion === undefined ? {} : { assertion: assertionRule(assertion, deps) }),
})
