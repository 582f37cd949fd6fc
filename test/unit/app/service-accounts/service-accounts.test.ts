import { rm, writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import {
  createServiceAccounts,
  type TokenFile,
} from '../../../../src/app/service-accounts/service-accounts.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import type { RequestToken, TokenAsked } from '../../../../src/kubernetes/api/token-request.ts'
import { aClient } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { temporaryFolder } from '../../../support/parts/temporary-folder.ts'
import { aServiceAccountToken } from '../../../support/service-account-tokens.ts'

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

/** An API server that grants tokens of ten minutes until it is told otherwise. */
const aWorld = (file?: TokenFile) => {
  const clock = handSetClock()
  const asked: TokenAsked[] = []
  let answer: RequestToken = async ({ audience, seconds }) => ({
    ok: true,
    token: aServiceAccountToken(audience, clock.nowMs() + seconds * 1_000),
  })
  const requestToken: RequestToken = (wanted, signal) => {
    asked.push(wanted)
    return answer(wanted, signal)
  }
  const given = file === undefined ? { requestToken } : { file }
  const accounts = createServiceAccounts({ clock, newBudget: () => unlimited, ...given })
  const fails = (message: string, status?: number): void => {
    const failure = { message, ...(status === undefined ? {} : { status }) }
    answer = async () => ({ ok: false, failure })
  }
  const answers = (next: RequestToken): void => {
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
  expect(await tokenOf()).not.toBe(first)
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
  await expect(tokenOf()).rejects.toMatchObject({ code: 'provider_misconfigured' })
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

const inFile = async (text: string) => {
  const folder = await temporaryFolder('token')
  onTestFinished(() => folder.remove())
  const path = `${folder.path}/token`
  await writeFile(path, text)
  return path
}

const OWN = { client: 'shop/shop', audience: ISSUER }

it('the token of the process is read each time, for the clients that it names', async () => {
  const nowMs = handSetClock().nowMs()
  const first = aServiceAccountToken(ISSUER, nowMs + 600_000)
  const path = await inFile(`${first}\n`)
  const { accounts } = aWorld({ path, clients: ['shop/shop'] })
  expect(await accounts.tokenOf(OWN, unlimited)).toBe(first)
  const rotated = aServiceAccountToken(ISSUER, nowMs + 900_000)
  await writeFile(path, rotated)
  expect(await accounts.tokenOf(OWN, unlimited)).toBe(rotated)
  const other = accounts.tokenOf({ ...OWN, client: 'evil/shop' }, unlimited)
  await expect(other).rejects.toMatchObject({
    code: 'provider_misconfigured',
    message: expect.stringContaining('credentials.serviceAccountTokenClients'),
  })
  await rm(path)
  await expect(accounts.tokenOf(OWN, unlimited)).rejects.toMatchObject({
    code: 'provider_unreachable',
  })
})

it('R21: a token in the file that is for the API server is shown to nobody', async () => {
  const nowMs = handSetClock().nowMs()
  const token = aServiceAccountToken('https://kubernetes.default.svc', nowMs + 600_000)
  const { accounts } = aWorld({ path: await inFile(token), clients: ['shop/shop'] })
  await expect(accounts.tokenOf(OWN, unlimited)).rejects.toMatchObject({
    code: 'provider_misconfigured',
    message: expect.stringContaining('set `audience` of the projected volume'),
  })
})

it('without a file and without an API server, the field says what is missing', async () => {
  const accounts = createServiceAccounts({ clock: handSetClock(), newBudget: () => unlimited })
  await expect(accounts.tokenOf(OWN, unlimited)).rejects.toMatchObject({
    message: expect.stringContaining('credentials.serviceAccountTokenFile'),
  })
  await expect(accounts.tokenOf(WANTED, unlimited)).rejects.toMatchObject({
    message: expect.stringContaining('read from files'),
  })
})
