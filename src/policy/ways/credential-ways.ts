import type { Upstream } from '../../core/policy/upstream.ts'
import type { Findings } from '../compile/object/findings.ts'
import type { FieldPath, ProtectedRoute } from '../resource/resource.ts'
import type { ProtectedRouteRuleAuthenticate as Member } from '../resource/resource-specs.generated.ts'
import { wayOf } from './ways.ts'

/** What a rule takes, and what it forwards, its own or from its route. */
interface Terms {
  readonly authenticate: readonly { readonly kind: string; readonly way?: string }[]
  readonly upstream: Pick<Upstream, 'authorization'>
}

/** What was written at one place. */
interface Written {
  readonly authenticate?: unknown
  readonly upstream?: unknown
}

const waysIn = ({ authenticate }: Terms): readonly string[] =>
  authenticate.flatMap(({ way }) => way ?? [])

const readsBasic = (way: string): boolean => wayOf(way).scheme === 'Basic'

const READ_TWICE =
  'More than one member of the list reads the same credential, and one provider would be shown those of another: keep one of them here, and take the other in a rule of its own'

const KEEPS =
  '`Keep` would send the name and the secret of the caller on to the upstream: choose `AccessToken`, which sends the token that they became, or `Remove`'

/**
 * What a place takes that no two members may, and no upstream may see: a name and a secret, or a
 * refresh token. What it has from elsewhere is said there.
 */
export const checkCredentialWays = (
  terms: Terms,
  written: Written,
  field: FieldPath,
  findings: Findings,
): void => {
  const ways = waysIn(terms)
  const basic = ways.filter(readsBasic)
  const refresh = ways.filter((way) => way === 'refreshToken')
  if (written.authenticate !== undefined && (basic.length > 1 || refresh.length > 1)) {
    findings.add([...field, 'authenticate'], READ_TWICE)
  }
  const isOwn = written.authenticate !== undefined || written.upstream !== undefined
  if (isOwn && basic.length > 0 && terms.upstream.authorization === 'Keep') {
    findings.add([...field, 'upstream', 'authorization'], KEEPS)
  }
}

const FORBIDDEN =
  'Passwords of people are not taken by this process: RFC 9700 section 2.4 forbids the grant that it needs. Have people sign in by `session`, or set `credentials.allowPasswordGrant` of its configuration to true for as long as a migration lasts'

/** Every member that takes passwords is a finding. */
export const refusePasswords = ({ spec }: ProtectedRoute, findings: Findings): void => {
  const refuse = (members: readonly Member[] | undefined, field: FieldPath): void => {
    for (const [at, { password }] of (members ?? []).entries()) {
      if (password !== undefined) findings.add([...field, at, 'password'], FORBIDDEN)
    }
  }
  refuse(spec.authenticate, ['spec', 'authenticate'])
  for (const [index, { authenticate }] of spec.rules.entries()) {
    refuse(authenticate, ['spec', 'rules', index, 'authenticate'])
  }
}
