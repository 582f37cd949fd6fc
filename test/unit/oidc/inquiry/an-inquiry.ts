import type { Claims } from '../../../../src/core/identity/identity.ts'
import type {
  InquiryFacts,
  IntrospectionMethod,
  IntrospectionSettings,
  UserinfoMethod,
} from '../../../../src/core/provider/token-inquiry.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import type { Provider } from '../../../../src/core/registration/provider.ts'
import type { SharedAnswers } from '../../../../src/core/session/shared-answers.ts'
import { createTokenInquiry } from '../../../../src/oidc/inquiry/token-inquiry.ts'
import { createSharedAnswers } from '../../../../src/sessions/shared-answers.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

/** What a provider says of a good token, laid over with changes; `undefined` takes a claim away. */
export type Told = Readonly<Record<string, Claims[string] | undefined>>

/** A provider that does what it is told, and everything that asks it about tokens. */
export const anInquiry = async (
  changes: {
    readonly provider?: Partial<Provider>
    readonly client?: Partial<Client>
    readonly settings?: Partial<IntrospectionSettings>
    readonly shared?: Pick<SharedAnswers, 'of'>
  } = {},
) => {
  const { hostile, provider } = await aHostileProvider(changes.provider)
  const clock = handSetClock()
  const client = aClient({ provider, ...changes.client })
  const facts: InquiryFacts[] = []
  const shared =
    changes.shared ??
    createSharedAnswers({
      keys: keysOf('a'),
      clock,
      random: seededRandom('inquiry'),
      keyPrefix: 'sallyport',
      newBudget: () => unlimited,
      behind: () => undefined,
    })
  const providers = localProviders(clock)
  const inquiry = createTokenInquiry({
    providers,
    clock,
    shared,
    maxEntries: 100,
    observe: (one) => void facts.push(one),
  })
  const method: IntrospectionMethod = {
    kind: 'credential',
    way: 'introspection',
    provider,
    client,
    settings: {
      audiences: ['https://api.example.com'],
      audienceClaim: 'aud',
      signed: 'Auto',
      maxBytes: 65_536,
      ttlMs: 30_000,
      ...changes.settings,
    },
  }
  const byUserinfo: UserinfoMethod = {
    kind: 'credential',
    way: 'userinfo',
    provider,
    settings: { maxBytes: 65_536, ttlMs: 30_000 },
  }
  const nowS = Math.floor(clock.nowMs() / 1_000)
  const good: Claims = {
    active: true,
    iss: hostile.issuer,
    sub: 'alice',
    aud: 'https://api.example.com',
    client_id: 'app',
    scope: 'openid orders:read',
    token_type: 'Bearer',
    iat: nowS,
    exp: nowS + 300,
  }
  const answerOf = (told: Told): Claims => JSON.parse(JSON.stringify({ ...good, ...told }))
  const says = (told: Told = {}) => hostile.answer('introspection', json(answerOf(told)))
  const signed = (told: Told = {}, claims: Told = {}, header: Told = {}) => {
    const whole = {
      iss: hostile.issuer,
      aud: client.clientId,
      iat: nowS,
      token_introspection: answerOf(told),
      ...claims,
    }
    const typ = { typ: 'token-introspection+jwt', ...header }
    return hostile.signer.sign(JSON.parse(JSON.stringify(whole)), typ)
  }
  const ask = async (token = 'opaque', by: IntrospectionMethod = method) =>
    inquiry.introspect(token, [by], unlimited)
  const show = async (token = 'opaque', by: UserinfoMethod = byUserinfo) =>
    inquiry.userinfo(token, [by], unlimited)
  /** The reason of a refusal, the code of a fault, or that it was taken. */
  const outcome = async (asked: ReturnType<typeof ask>): Promise<string> => {
    try {
      const answer = await asked
      return answer.kind === 'verified' ? 'verified' : answer.reason
    } catch (thrown) {
      return String((thrown as { readonly code?: string }).code)
    }
  }
  return {
    hostile,
    provider,
    providers,
    clock,
    client,
    inquiry,
    method,
    byUserinfo,
    facts,
    nowS,
    says,
    signed,
    ask,
    show,
    outcome,
    asked: () => hostile.requestCount('introspection'),
    shown: () => hostile.requestCount('userinfo'),
  }
}
