import { expect, it } from 'vitest'
import { createServiceAccounts } from '../../../../src/app/service-accounts/service-accounts.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import type { TokenAnswer, TokenAsked } from '../../../../src/kubernetes/api/token-request.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aServiceAccountToken, CLUSTER } from '../../../support/service-account-tokens.ts'

const ISSUER = 'https://sso.example.com/realms/shop'
const ACCOUNT = { namespace: 'shop', name: 'shop-login' }
const WANTED = { client: 'shop/shop', audience: ISSUER, serviceAccount: ACCOUNT }

const client: Client = aClient({
  authentication: {
    method: 'service_account_token',
    assertionAudience: 'Issuer',
    serviceAccount: ACCOUNT,
  },
})

type Answer = (wanted: TokenAsked & { readonly audience: string }) => Promise<TokenAnswer>

/** What the API server takes besides the names by which everybody knows it. */
const API_AUDIENCE = 'https://tokens.example.com'

const HOST = 'api.example.com:6443'

/** An API server that grants tokens of ten minutes until it is told otherwise. */
const aWorld = (apiAudiences: readonly string[] = [CLUSTER, API_AUDIENCE]) => {
  const clock = handSetClock()
  const asked: TokenAsked[] = []
  let answer: Answer = async ({ audience, seconds }) => ({
    ok: true,
    token: aServiceAccountToken(audience, clock.nowMs() + seconds * 1_000),
  })
  const requestToken = async (wanted: TokenAsked): Promise<TokenAnswer> => {
    const { audience } = wanted
    if (audience === undefined) {
      const own = aServiceAccountToken(CLUSTER, clock.nowMs() + 600_000, { aud: apiAudiences })
      return { ok: true, token: own }
    }
    asked.push(wanted)
    return answer({ ...wanted, audience })
  }
  const issuing = { requestToken, host: async () => HOST }
  const accounts = createServiceAccounts({ clock, newBudget: () => unlimited, issuing })
  const fails = (message: string, status?: number): void => {
    const failure = { message, ...(status === undefined ? {} : { status }) }
    answer = async () => ({ ok: false, failure })
  }
  const answers = (next: Answer): void => {
    answer = next
  }
  return {
    clock,
    asked,
    accounts,
    fails,
    answers,
    tokenOf: () => accounts.tokenOf(WANTED, unlimited),
  }
}

it('a token is asked for once for all, for the provider and ten minutes, and again before it ends', async () => {
  const { clock, asked, tokenOf } = aWorld()
  const [first, second] = await Promise.all([tokenOf(), tokenOf()])
  expect(second).toBe(first)
  expect(asked).toEqual([{ ...ACCOUNT, audience: ISSUER, seconds: 600 }])
  clock.advance(479_000)
  expect(await tokenOf()).toBe(first)
  clock.advance(2_000)
  expect(await tokenOf()).toBe(first)
  expect(asked.length).toBe(2)
  await expect.poll(tokenOf).not.toBe(first)
  expect(asked.length).toBe(2)
})

it('one that is still good goes on while the API server does not answer, and no longer', async () => {
  const { clock, fails, tokenOf } = aWorld()
  const token = await tokenOf()
  fails('the connection failed')
  clock.advance(500_000)
  expect(await tokenOf()).toBe(token)
  clock.advance(60_000)
  await expect(tokenOf()).rejects.toMatchObject({
    code: 'provider_unreachable',
    message: 'shop/shop: ServiceAccount shop/shop-login gets no token: the connection failed.',
  })
})

it.each([
  [403, 'rbac.serviceAccountTokens of the chart'],
  [404, 'create it, or correct spec.authentication.serviceAccountRef'],
])(
  'what the API server refuses with %i is for somebody to mend, and says how',
  async (status, fix) => {
    const { fails, tokenOf } = aWorld()
    fails(`the API server answered ${status}: no`, status)
    await expect(tokenOf()).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringContaining(fix),
    })
  },
)

it.each([429, 500])('a status of %i may be over soon', async (status) => {
  const { fails, tokenOf } = aWorld()
  fails(`the API server answered ${status}`, status)
  await expect(tokenOf()).rejects.toMatchObject({ code: 'provider_unreachable' })
})

it('R21: a token that came for others as well is not kept, and not shown', async () => {
  const { clock, answers, tokenOf, asked } = aWorld()
  answers(async ({ audience }) => ({
    ok: true,
    token: aServiceAccountToken(audience, clock.nowMs() + 600_000, { aud: [audience, 'vault'] }),
  }))
  await expect(tokenOf()).rejects.toMatchObject({ code: 'provider_misconfigured' })
  clock.advance(30_000)
  await expect(tokenOf()).rejects.toMatchObject({ code: 'provider_misconfigured' })
  expect(asked.length).toBe(2)
})

it.each([
  ['an audience of the API server', API_AUDIENCE],
  ['a place at its host', `https://${HOST}/realms/shop`],
])('R21: a provider that calls itself %s gets no token', async (_, audience) => {
  const { accounts } = aWorld()
  await expect(accounts.tokenOf({ ...WANTED, audience }, unlimited)).rejects.toMatchObject({
    code: 'provider_misconfigured',
    message: expect.stringContaining('good at the API server itself'),
  })
})

it('R21: nobody gets one where the audiences of the API server are not known', async () => {
  const { tokenOf } = aWorld([])
  await expect(tokenOf()).rejects.toMatchObject({
    code: 'provider_misconfigured',
    message: expect.stringContaining('names no audience'),
  })
})

it('a token that is good is shown at once while the API server takes its time over another', async () => {
  const { clock, answers, asked, tokenOf } = aWorld()
  const token = await tokenOf()
  answers(() => new Promise(() => undefined))
  clock.advance(481_000)
  expect(await tokenOf()).toBe(token)
  expect(await tokenOf()).toBe(token)
  expect(asked.length).toBe(2)
})

it.each([
  ['for half a minute what somebody has to mend', 403, 30_000],
  ['for seconds what may be over soon', 500, 3_000],
])('no, said once, is an answer to everybody: %s', async (_, status, againMs) => {
  const { clock, fails, asked, tokenOf } = aWorld()
  fails(`the API server answered ${status}`, status)
  await expect(tokenOf()).rejects.toThrow(`answered ${status}`)
  clock.advance(againMs - 1)
  await expect(tokenOf()).rejects.toThrow(`answered ${status}`)
  expect(asked.length).toBe(1)
  clock.advance(1)
  await expect(tokenOf()).rejects.toThrow(`answered ${status}`)
  expect(asked.length).toBe(2)
})

it('while another token is refused, the one that is good goes on, and the API server has rest', async () => {
  const { clock, fails, asked, tokenOf } = aWorld()
  const token = await tokenOf()
  fails('the API server answered 500', 500)
  clock.advance(481_000)
  for (const _ of Array.from({ length: 10 })) expect(await tokenOf()).toBe(token)
  expect(asked.length).toBe(2)
})

it('one that is granted for less than a minute is not shown', async () => {
  const { clock, answers, tokenOf } = aWorld()
  answers(async ({ audience }) => ({
    ok: true,
    token: aServiceAccountToken(audience, clock.nowMs() + 60_000),
  }))
  await expect(tokenOf()).rejects.toThrow('ends within a minute')
})

it('one that is granted for little more is shown until its last minute', async () => {
  const { clock, answers, asked, tokenOf } = aWorld()
  answers(async ({ audience }) => ({
    ok: true,
    token: aServiceAccountToken(audience, clock.nowMs() + 70_000),
  }))
  const token = await tokenOf()
  clock.advance(9_000)
  expect(await tokenOf()).toBe(token)
  clock.advance(1_000)
  expect(await tokenOf()).not.toBe(token)
  expect(asked.length).toBe(2)
})

it('whoever waits gives up with its budget', async () => {
  const { answers, accounts } = aWorld()
  answers(() => new Promise(() => undefined))
  const spent = { signal: AbortSignal.abort() }
  await expect(accounts.tokenOf(WANTED, spent)).rejects.toMatchObject({
    code: 'provider_unreachable',
  })
})

it('a service account without the right is told by field, before anybody signs in, until it has it', async () => {
  const { clock, fails, accounts, answers, asked } = aWorld()
  fails('the API server answered 403: forbidden', 403)
  const trouble = () => accounts.troubleOf(client, ISSUER)
  expect(trouble()).toBeUndefined()
  await expect
    .poll(trouble)
    .toContain('spec.authentication: ServiceAccount shop/shop-login gets no')
  expect(trouble()).toContain('403: forbidden')
  expect(asked.length).toBe(1)
  answers(async ({ audience }) => ({
    ok: true,
    token: aServiceAccountToken(audience, clock.nowMs() + 600_000),
  }))
  clock.advance(30_000)
  expect(trouble()).toContain('403')
  await expect.poll(trouble).toBeUndefined()
  expect(asked.length).toBe(2)
})

it('a renewal that fails is told before the token that is there has ended, and asked for again', async () => {
  const { clock, fails, accounts, answers, asked, tokenOf } = aWorld()
  const endsAtMs = clock.nowMs() + 600_000
  await tokenOf()
  const trouble = () => accounts.troubleOf(client, ISSUER)
  const note = () => accounts.noteOf(client, ISSUER)
  expect([trouble(), note()]).toEqual([undefined, undefined])
  fails('the API server answered 403: forbidden', 403)
  clock.advance(480_000)
  expect([trouble(), note()]).toEqual([undefined, undefined])
  await expect
    .poll(note)
    .toMatch(/^spec\.authentication: .*403: forbidden.*; the token that is there/)
  expect(note()).toContain(`until ${new Date(endsAtMs - 60_000).toISOString()}`)
  expect(trouble()).toBeUndefined()
  answers(async ({ audience }) => ({
    ok: true,
    token: aServiceAccountToken(audience, clock.nowMs() + 600_000),
  }))
  clock.advance(30_000)
  expect(trouble()).toBeUndefined()
  await expect.poll(note).toBeUndefined()
  expect(asked.length).toBe(3)
})

it('a client that changed is looked at anew, and one that is gone forgotten', async () => {
  const { accounts, asked, tokenOf } = aWorld()
  accounts.troubleOf(client, ISSUER)
  await expect.poll(() => asked.length).toBe(1)
  accounts.troubleOf(client, ISSUER)
  accounts.troubleOf({ ...client, generation: 'c2' }, ISSUER)
  await tokenOf()
  expect(asked.length).toBe(1)
  accounts.want([])
  await tokenOf()
  expect(asked.length).toBe(2)
})

it('a client of another kind has no such trouble', () => {
  expect(aWorld().accounts.troubleOf(aClient(), ISSUER)).toBeUndefined()
})

it('without a file and without an API server, the field says what is missing', async () => {
  const accounts = createServiceAccounts({ clock: handSetClock(), newBudget: () => unlimited })
  await expect(
    accounts.tokenOf({ client: 'shop/shop', audience: ISSUER }, unlimited),
  ).rejects.toMatchObject({
    message: expect.stringContaining('credentials.serviceAccountTokenFile'),
  })
  await expect(accounts.tokenOf(WANTED, unlimited)).rejects.toMatchObject({
    message: expect.stringContaining('read from files'),
  })
})
