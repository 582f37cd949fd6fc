import type { BearerMethod } from '../../../core/policy/policy.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleAuthenticate } from '../../resource/resource-specs.generated.ts'
import { tokenPlacesOf } from '../applications/token-places.ts'
import type { Findings } from '../object/findings.ts'

/** The bearer tokens of one provider, with its name instead of the provider. */
interface BearerDraft {
  readonly kind: 'bearer'
  readonly field: FieldPath
  readonly provider: { readonly namespace: string; readonly name: string }
  readonly settings: Omit<BearerMethod, 'kind' | 'provider'>
}

/** One way to authenticate, with the name of the provider instead of the provider. */
export type MethodDraft =
  | { readonly kind: 'session' }
  | { readonly kind: 'anonymous' }
  | BearerDraft

const ACCEPTED = { AccessToken: 'access_token', IDToken: 'id_token' } as const

const bearerOf = (
  namespace: string,
  bearer: NonNullable<ProtectedRouteRuleAuthenticate['bearer']>,
  field: FieldPath,
  findings: Findings,
): BearerDraft => {
  const {
    providerRef,
    audiences,
    maxBytes,
    audienceClaim = 'aud',
    accept = ['AccessToken'],
  } = bearer
  if (audiences.length === 0) {
    findings.add([...field, 'audiences'], 'The list of audiences is empty: name one')
  }
  return {
    kind: 'bearer',
    field: [...field, 'providerRef'],
    provider: { namespace, ...providerRef },
    settings: {
      audiences: [...audiences],
      audienceClaim,
      maxBytes,
      accepts: accept.map((kind) => ACCEPTED[kind]),
      ...tokenPlacesOf(bearer.from, [...field, 'from'], findings),
    },
  }
}

const KINDS = ['session', 'bearer', 'anonymous'] as const

/** The entries of `authenticate`. */
export const methodsOf = (
  namespace: string,
  written: readonly ProtectedRouteRuleAuthenticate[],
  field: FieldPath,
  findings: Findings,
): readonly MethodDraft[] =>
  written.flatMap((entry, index): readonly MethodDraft[] => {
    const here = [...field, index]
    const { bearer, anonymous } = entry
    if (KINDS.filter((kind) => entry[kind] !== undefined).length !== 1) {
      findings.add(
        here,
        'The entry has not exactly one of `session`, `bearer` and `anonymous`: keep one',
      )
      return []
    }
    if (bearer !== undefined) return [bearerOf(namespace, bearer, [...here, 'bearer'], findings)]
    if (anonymous === undefined) return [{ kind: 'session' }]
    if (index < written.length - 1) {
      const message =
        'Whom no other method knows passes here, so nothing after `anonymous` would be tried: write it last'
      findings.add(here, message)
    }
    return [{ kind: 'anonymous' }]
  })
