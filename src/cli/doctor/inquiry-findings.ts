import type { CredentialMethod, Policy } from '../../core/policy/policy.ts'
import type { IntrospectionSettings, TokenInquiry } from '../../core/provider/token-inquiry.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Random } from '../../core/time/random.ts'
import type { RouteFinding } from './report.ts'

/** Whom to ask, and whether to. */
export interface Interest {
  /** Whether a provider is of interest. */
  readonly isAsked: (provider: string) => boolean
  readonly triesCredentials: boolean
}

/** What asking providers about a token takes. */
export interface InquiryParts {
  readonly inquiry: TokenInquiry
  readonly random: Pick<Random, 'token'>
  readonly newBudget: (timeoutMs: number) => Budget
}

const found = (state: RouteFinding['state'], message: string): RouteFinding => ({
  check: 'way in',
  state,
  message,
})

interface Inquired {
  /** Who is asked, as the beginning of a sentence. */
  readonly whom: string
  readonly method: CredentialMethod
  readonly ask: (token: string, budget: Budget) => Promise<Verification>
  /** What is well if a made-up token is refused. */
  readonly well: string
}

/** Nobody has issued a token of this form. */
const madeUp = (random: Pick<Random, 'token'>): string => `sallyport-doctor-${random.token(24)}`

const MOSTLY: Omit<IntrospectionSettings, 'signed'> = {
  audiences: ['sallyport-doctor'],
  audienceClaim: 'aud',
  maxBytes: 65_536,
  ttlMs: 0,
}

const inquiredBy = (method: CredentialMethod, { inquiry }: InquiryParts): readonly Inquired[] => {
  const { way, provider, client, settings } = method
  if (way === 'introspection' && client !== undefined) {
    const signed = settings.signed === 'Always' ? 'Always' : 'Auto'
    const asked = { ...method, client, settings: { ...MOSTLY, signed } } as const
    return [
      {
        whom: `The introspection endpoint of IdentityProvider ${provider.name}, asked as OIDCClient ${client.name},`,
        method,
        ask: async (token, budget) => inquiry.introspect(token, [asked], budget),
        well: `takes the credentials, and calls a made-up token inactive. If it calls good tokens inactive as well: Keycloak tells a client only about tokens that have its client id ("${client.clientId}") in aud, for which the client that they are issued to needs an audience mapper`,
      },
    ]
  }
  if (way !== 'userinfo') return []
  const asked = { ...method, settings: { maxBytes: MOSTLY.maxBytes, ttlMs: 0 } }
  return [
    {
      whom: `The userinfo endpoint of IdentityProvider ${provider.name}`,
      method,
      ask: async (token, budget) => inquiry.userinfo(token, [asked], budget),
      well: 'refuses a made-up token',
    },
  ]
}

const askOne = async (
  { whom, method, ask, well }: Inquired,
  { random, newBudget }: InquiryParts,
): Promise<RouteFinding> => {
  try {
    const budget = newBudget(2 * method.provider.requestTimeoutMs)
    const answer = await ask(madeUp(random), budget)
    return answer.kind === 'rejected' && answer.reason === 'token_inactive'
      ? found('well', `${whom} ${well}.`)
      : found(
          'problem',
          `${whom} vouches for a token that was made up: whatever is sent opens this route.`,
        )
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    return found('problem', `${whom} gives no answer that counts: ${thrown.message}`)
  }
}

/**
 * Asks each provider that the ways in of a route ask and that is of interest, once, about a token
 * that is made up.
 */
export const inquiryFindings = async (
  { rules, fallback }: Pick<Policy, 'rules' | 'fallback'>,
  { isAsked, triesCredentials }: Interest,
  parts: InquiryParts,
): Promise<readonly RouteFinding[]> => {
  const methods = [fallback, ...rules].flatMap(({ authenticate }) =>
    authenticate.filter((method) => method.kind === 'credential'),
  )
  const asked = methods.filter(({ provider }) => isAsked(provider.name))
  const inquired = asked.flatMap((method) => inquiredBy(method, parts))
  const each = [...new Map(inquired.map((one) => [one.whom, one])).values()]
  if (!triesCredentials) {
    return each.map(({ whom }) => found('unknown', `${whom} was not asked, as was asked for.`))
  }
  return Promise.all(each.map((one) => askOne(one, parts)))
}
