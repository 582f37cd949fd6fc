import { describe, expect, it, test } from 'vitest'
import { exchangeFindings, grantFindings } from '../../../../src/cli/doctor/grant-findings.ts'
import type { Exchange } from '../../../../src/core/policy/upstream.ts'
import type { Probed } from '../../../../src/oidc/inspection/probe-exchange.ts'
import { aClient, aPolicy, aProvider, aRule } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

const shop = aClient()
const backend = aClient({ name: 'shop/backend' })
const gateway = aClient({ name: 'shop/gateway' })
const provider = shop.provider.name
const orders: Exchange = { audience: 'orders', scopes: [], takesOpaque: false }

const way = (name: string) =>
  ({ kind: 'credential', way: name, provider: aProvider(), client: shop, settings: {} }) as const

const policy = aPolicy({
  clients: [shop],
  rules: [
    aRule({ authenticate: [{ kind: 'session' }], exchange: { ...orders, actor: gateway } }),
    aRule({ authenticate: [way('userinfo')], exchange: { ...orders, client: backend } }),
    aRule({
      authenticate: [way('clientCredentials'), way('password'), way('refreshToken')],
      exchange: { ...orders, client: backend, audience: 'other' },
    }),
  ],
})

const offering = (...grants: readonly string[]) =>
  grantFindings(policy, (name) => (name === provider ? grants : undefined))

describe('the grant types that a route needs', () => {
  it('are a warning each where the provider lists others, once for whoever needs them', () => {
    const found = offering('authorization_code', 'password')
    const said = (grant: string, by: string, end: string) =>
      `grant_types_supported of IdentityProvider ${provider} has authorization_code, password, and not ${grant}, which ${by}: have the provider offer it, or requests end in ${end}.`
    const refused = '503 exchange_refused'
    const misconfigured = '503 provider_misconfigured'
    expect(found.filter(({ state }) => state === 'warning')).toEqual(
      [
        ['exchange', EXCHANGE, 'OIDCClient shop/shop needs to exchange tokens', refused],
        [
          'exchange',
          'client_credentials',
          'OIDCClient shop/gateway needs to act in exchanges',
          refused,
        ],
        ['exchange', EXCHANGE, 'OIDCClient shop/backend needs to exchange tokens', refused],
        ['way in', 'client_credentials', 'the way in `clientCredentials` needs', misconfigured],
        ['way in', 'refresh_token', 'the way in `refreshToken` needs', misconfigured],
      ].map(([check, grant = '', by = '', end = '']) => ({
        check,
        state: 'warning',
        message: said(grant, by, end),
      })),
    )
    expect(found.filter(({ state }) => state === 'well')).toEqual([
      {
        check: 'way in',
        state: 'well',
        message: `IdentityProvider ${provider} offers the grant type password, which the way in \`password\` needs.`,
      },
    ])
  })

  it('are well where the provider lists them, and not talked about where it lists nothing', () => {
    const found = offering(EXCHANGE, 'client_credentials', 'password', 'refresh_token')
    expect(found.map(({ state }) => state)).toEqual(Array(6).fill('well'))
    expect(grantFindings(policy, () => undefined)).toEqual([])
    expect(grantFindings(undefined, () => [])).toEqual([])
  })

  it('are none where nothing is exchanged and nobody comes with a credential', () => {
    expect(grantFindings(aPolicy(), () => [])).toEqual([])
  })
})

describe('whether clients may exchange tokens', () => {
  const asking = async (
    triesCredentials: boolean,
    probed: Probed,
    of: ReturnType<typeof aPolicy> = policy,
  ) => {
    const isAsked = (name: string): boolean => name === provider
    const asked: [string, string][] = []
    const found = await exchangeFindings(
      of,
      { isAsked, triesCredentials },
      {
        probeExchange: async ({ name }, _exchange, madeUp) => {
          asked.push([name, madeUp])
          return probed
        },
        random: seededRandom('doctor'),
        newBudget: () => unlimited,
      },
    )
    return { asked, found }
  }

  it('is asked once for each, with a token that nobody issued', async () => {
    const { asked, found } = await asking(true, { state: 'well', message: 'It may.' })
    expect(asked.map(([name]) => name)).toEqual(['shop/shop', 'shop/backend'])
    expect(asked.every(([, token]) => token.startsWith('sallyport-doctor-'))).toBe(true)
    expect(found).toEqual(Array(2).fill({ check: 'exchange', state: 'well', message: 'It may.' }))
  })

  it('is not asked of a provider that is of no interest', async () => {
    const elsewhere = aProvider({ name: 'other/sso' })
    const foreign = aClient({ name: 'shop/foreign', provider: elsewhere })
    const both = [shop, foreign].map((client) =>
      aRule({ authenticate: [way('userinfo')], exchange: { ...orders, client } }),
    )
    const of = aPolicy({ clients: [shop], rules: both })
    const { asked, found } = await asking(true, { state: 'well', message: 'It may.' }, of)
    expect(asked.map(([name]) => name)).toEqual(['shop/shop'])
    expect(found).toHaveLength(1)
  })

  it('is not asked where nobody is to be', async () => {
    const { asked, found } = await asking(false, { state: 'well', message: 'It may.' })
    expect(asked).toEqual([])
    expect(found.map(({ state }) => state)).toEqual(['unknown', 'unknown'])
  })
})

test('a route that exchanges nothing has nobody asked', async () => {
  const parts = {
    probeExchange: async (): Promise<Probed> => {
      throw new Error('asked')
    },
    random: seededRandom('doctor'),
    newBudget: () => unlimited,
  }
  expect(
    await exchangeFindings(aPolicy(), { isAsked: () => true, triesCredentials: true }, parts),
  ).toEqual([])
})
