import type { Config } from '../../config/config.ts'
import type { CompilerOptions } from '../../policy/compile.ts'

type Limits = Pick<
  CompilerOptions['options'],
  'lacksAssertionIssuer' | 'keptAudience' | 'forbidsPasswordGrant'
>

/**
 * What routes may not ask for here: assertions without an issuer, those by which administrators
 * come in, passwords of people.
 */
export const routeLimitsOf = ({
  adminApi,
  assertions,
  credentials,
}: Pick<Config, 'adminApi' | 'assertions' | 'credentials'>): Limits => {
  const limits = {
    lacksAssertionIssuer: assertions.issuer === undefined,
    forbidsPasswordGrant: !credentials.allowPasswordGrant,
  }
  if (adminApi?.assertion === undefined) return limits
  const { audience, route } = adminApi.assertion
  return { ...limits, keptAudience: { audience, route } }
}
