import { rm, writeFile } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import type { TokenFile } from '../../../../src/app/service-accounts/file-tokens.ts'
import { createServiceAccounts } from '../../../../src/app/service-accounts/service-accounts.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { temporaryFolder } from '../../../support/parts/temporary-folder.ts'
import { aServiceAccountToken, CLUSTER } from '../../../support/service-account-tokens.ts'

const ISSUER = 'https://sso.example.com/realms/shop'
const HOST = 'api.example.com:6443'

/** A process without an API server, with the token that its pod would show to one. */
const withFile = (file: TokenFile, ownTokenFile?: string) =>
  createServiceAccounts({
    clock: handSetClock(),
    newBudget: () => unlimited,
    file,
    ...(ownTokenFile === undefined ? {} : { ownTokenFile }),
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
  const accounts = withFile({ path, clients: ['shop/shop'] })
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
  const accounts = withFile({ path: await inFile(token), clients: ['shop/shop'] })
  await expect(accounts.tokenOf(OWN, unlimited)).rejects.toMatchObject({
    code: 'provider_misconfigured',
    message: expect.stringContaining('set `audience` of the projected volume'),
  })
})

it('R21: one in the file for whom the pod shows its own token to is shown to nobody', async () => {
  const endsAtMs = handSetClock().nowMs() + 600_000
  const path = await inFile(aServiceAccountToken(ISSUER, endsAtMs))
  const own = await inFile(aServiceAccountToken(CLUSTER, endsAtMs, { aud: [CLUSTER, ISSUER] }))
  const accounts = withFile({ path, clients: ['shop/shop'] }, own)
  await expect(accounts.tokenOf(OWN, unlimited)).rejects.toMatchObject({
    code: 'provider_misconfigured',
    message: expect.stringContaining('good at the API server itself'),
  })
})

it('R21: one in the file for whoever is at the host of the API server is shown to nobody', async () => {
  const clock = handSetClock()
  const audience = `https://${HOST}/realms/shop`
  const path = await inFile(aServiceAccountToken(audience, clock.nowMs() + 600_000))
  const issuing = {
    requestToken: () => new Promise<never>(() => undefined),
    host: async () => HOST,
  }
  const file = { path, clients: ['shop/shop'] }
  const accounts = createServiceAccounts({ clock, newBudget: () => unlimited, issuing, file })
  const shown = accounts.tokenOf({ client: 'shop/shop', audience }, unlimited)
  await expect(shown).rejects.toThrow('good at the API server itself')
})

it('one in the file that ends within a minute is not shown', async () => {
  const path = await inFile(aServiceAccountToken(ISSUER, handSetClock().nowMs() + 60_000))
  const accounts = withFile({ path, clients: ['shop/shop'] })
  await expect(accounts.tokenOf(OWN, unlimited)).rejects.toThrow('ends within a minute: nobody')
})

it.each([
  ['has ended', -1_000, /ended at .*: nobody has put another there: .* without `subPath`/],
  ['is no JWT', undefined, /is no JWT: name the file of a projected volume with a `service/],
])('one in the file that %s is told with what mends that', async (_, lifetimeMs, message) => {
  const nowMs = handSetClock().nowMs()
  const token = lifetimeMs === undefined ? 'x' : aServiceAccountToken(ISSUER, nowMs + lifetimeMs)
  const accounts = withFile({ path: await inFile(token), clients: ['shop/shop'] })
  const shown = accounts.tokenOf(OWN, unlimited)
  await expect(shown).rejects.toThrow(message)
  await expect(shown).rejects.not.toThrow(/audience/)
})
