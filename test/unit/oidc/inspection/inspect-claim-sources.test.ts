import { expect, it } from 'vitest'
import { inspectClaimSources } from '../../../../src/oidc/inspection/inspect-claim-sources.ts'
import { aProvider } from '../../../support/builders.ts'
import { aClaimSource } from '../../../support/claim-sources.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json, redirectTo, text } from '../../../support/hostile-provider.ts'
import { localProviders } from '../../../support/local-providers.ts'

const aWorld = async () => {
  const claimsProvider = await aClaimSource()
  const { hostile, source } = claimsProvider
  const providers = localProviders(handSetClock())
  const inspected = (claimSources = [source]) =>
    inspectClaimSources(aProvider({ claimSources }), providers)
  return { ...claimsProvider, hostile, inspected, providers }
}

it('nothing is said of a provider that lists none', async () => {
  const { providers } = await aWorld()
  expect(await inspectClaimSources(aProvider(), providers)).toEqual([])
})

it('a claim source has keys, and an endpoint that is there and wants a token', async () => {
  const { hostile, endpoint, inspected } = await aWorld()
  hostile.answer('claims', json({ error: 'invalid_token' }, 401))
  expect(await inspected()).toEqual([
    {
      check: 'claim sources',
      state: 'well',
      message: `Of the claim source ${hostile.issuer} there are 1 usable keys.`,
    },
    {
      check: 'claim sources',
      state: 'well',
      message: `${endpoint} is there: without a token it answers with status 401.`,
    },
  ])
  expect(hostile.claimsRequests[0]?.authorization).toBeUndefined()
})

it('one that answers whoever asks is warned of', async () => {
  const { inspected } = await aWorld()
  expect(await inspected()).toMatchObject([{ state: 'well' }, { state: 'warning' }])
})

it('keys that cannot be had and an endpoint that redirects are problems', async () => {
  const { hostile, inspected } = await aWorld()
  hostile.answer('jwks', text('', 500))
  hostile.answer('claims', redirectTo('https://evil.example.com/'))
  expect(await inspected()).toMatchObject([
    { state: 'problem', message: expect.stringContaining('/jwks answered with status 500') },
    { state: 'problem', message: expect.stringContaining('redirect to https://evil.example.com/') },
  ])
})
