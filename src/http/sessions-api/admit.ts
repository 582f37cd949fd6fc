import {
  type Administrator,
  type AdminRole,
  type Admission,
  EVERY_ROLE,
  type ShownToken,
} from '../../core/console/administrator.ts'
import { type AdminToken, findAdminToken } from './admin-tokens.ts'
import type { ShownCertificate } from './shown-certificate.ts'

/** Who counts as an administrator. */
export interface AdmissionRules {
  /** The tokens of the moment; absent: none is demanded. */
  readonly tokens?: () => readonly AdminToken[]
  /** Every request needs a certificate of the client authority. */
  readonly demandsCertificate: boolean
  /** What the holder of a certificate may do; absent: everything. */
  readonly rolesOfCertificate?: (identities: readonly string[]) => readonly AdminRole[]
  /** Absent: assertions mean nothing. */
  readonly assertion?: {
    /** The header that it comes in, in lower case. */
    readonly header: string
    readonly verify: (assertion: string) => Admission
  }
}

/** What a request shows. */
export interface Presented {
  readonly certificate?: ShownCertificate
  readonly assertion?: string
  readonly token?: ShownToken
}

const noRole = (who: string): Admission => ({
  kind: 'forbidden',
  who,
  sentence:
    'This certificate can be trusted, and none of its names has a role: add one of them to adminApi.certificates.view or adminApi.certificates.endSessions.',
})

const admitted = (administrator: Administrator): Admission => ({ kind: 'admitted', administrator })

const common = (roles: readonly AdminRole[], others: readonly AdminRole[]): readonly AdminRole[] =>
  roles.filter((role) => others.includes(role))

const byToken = (
  tokens: readonly AdminToken[],
  shown: ShownToken | undefined,
  certificate: { readonly name: string; readonly roles: readonly AdminRole[] } | undefined,
): Admission => {
  const token = findAdminToken(tokens, shown)
  if (token === undefined) return { kind: 'unknown', lacks: 'token' }
  if (certificate === undefined) {
    return admitted({ name: token.name, roles: token.roles, way: 'token' })
  }
  const name = `${certificate.name} with token ${token.name}`
  const roles = common(token.roles, certificate.roles)
  return roles.length === 0 ? noRole(name) : admitted({ name, roles, way: 'token' })
}

const ofCertificate = (
  { rolesOfCertificate }: AdmissionRules,
  { name, identities }: ShownCertificate,
) => ({ name, roles: rolesOfCertificate?.(identities) ?? EVERY_ROLE })

/**
 * Who sends a request, by everything that is demanded. An assertion stands for a token; one that
 * cannot be trusted is never passed over for something else that a request shows. A certificate is
 * that of the gateway then: it lets the request in, and says nothing of who sends it.
 */
export const admit = (rules: AdmissionRules, presented: Presented): Admission => {
  const { tokens, demandsCertificate, assertion } = rules
  const shown = demandsCertificate ? presented.certificate : undefined
  if (demandsCertificate && shown === undefined) return { kind: 'unknown', lacks: 'certificate' }
  if (assertion !== undefined && presented.assertion !== undefined) {
    return assertion.verify(presented.assertion)
  }
  const certificate = shown && ofCertificate(rules, shown)
  if (tokens !== undefined) return byToken(tokens(), presented.token, certificate)
  if (certificate === undefined) return { kind: 'unknown', lacks: 'assertion' }
  if (certificate.roles.length === 0) return noRole(certificate.name)
  return admitted({ ...certificate, way: 'certificate' })
}
