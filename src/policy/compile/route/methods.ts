import type { BearerMethod } from '../../../core/policy/policy.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleAuthenticate } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

/** One way to authenticate, with the name of the provider instead of the provider. */
export type MethodDraft =
  | { readonly kind: 'session' }
  | {
      readonly kind: 'bearer'
      readonly field: FieldPath
      readonly provider: { readonly namespace: string; readonly name: string }
      readonly settings: Pick<BearerMethod, 'audiences' | 'audienceClaim' | 'accepts' | 'maxBytes'>
    }

const ACCEPTED = { AccessToken: 'access_token', IDToken: 'id_token' } as const

/** The entries of `authenticate`. */
export const methodsOf = (
  namespace: string,
  written: readonly ProtectedRouteRuleAuthenticate[],
  field: FieldPath,
  findings: Findings,
): readonly MethodDraft[] =>
  written.flatMap(({ session, bearer }, index): readonly MethodDraft[] => {
    const here = [...field, index]
    if ((session === undefined) === (bearer === undefined)) {
      findings.add(here, 'The entry has not exactly one of `session` and `bearer`: keep one')
      return []
    }
    if (bearer === undefined) return [{ kind: 'session' }]
    const {
      providerRef,
      audiences,
      maxBytes,
      audienceClaim = 'aud',
      accept = ['AccessToken'],
    } = bearer
    if (audiences.length === 0) {
      findings.add([...here, 'bearer', 'audiences'], 'The list of audiences is empty: name one')
    }
    return [
      {
        kind: 'bearer',
        field: [...here, 'bearer', 'providerRef'],
        provider: { namespace, ...providerRef },
        settings: {
          audiences: [...audiences],
          audienceClaim,
          maxBytes,
          accepts: accept.map((kind) => ACCEPTED[kind]),
        },
      },
    ]
  })
