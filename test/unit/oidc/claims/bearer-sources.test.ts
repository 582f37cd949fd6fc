import { describe, expect, it } from 'vitest'
import { isElsewhere } from '../../../../src/core/identity/elsewhere.ts'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { BearerMethod } from '../../../../src/core/policy/policy.ts'
import type { SharedAnswer, SharedAnswers } from '../../../../src/core/session/shared-answers.ts'
import { createCompleteClaims } from '../../../../src/oidc/claims/bearer-sources.ts'
import { createFollowSources } from '../../../../src/oidc/claims/claim-sources.ts'
import { createTokenVerifier } from '../../../../src/oidc/token/access-token.ts'
import { aBearerMethod } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { aClaimSource, aggregated, distributed, jwt } from '../../../support/claim-sources.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json, text } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'

/** Replicas, each with a verifier of its own, that share answers. */
const replicas = async (count = 1, lists = true) => {
  const claimsProvider = await aClaimSource()
  const { hostile: issuer, provider } = await aHostileProvider({
    ...(lists ? { claimSources: [claimsProvider.source] } : {}),
  })
  const clock = handSetClock()
  const kept = new Map<string, Promise<SharedAnswer>>()
  const until: number[] = []
  const shared: Pick<SharedAnswers, 'of'> = {
    of: async (name, ask, budget) => {
      const key = JSON.stringify(name)
      const begin = () => {
        const asked = ask(budget)
        kept.set(key, asked)
        return asked
      }
      const first = kept.get(key) ?? begin()
      const known = await first
      const answer = known.untilMs > clock.nowMs() ? known : await begin()
      until.push(answer.untilMs)
      return answer
    },
  }
  const told: string[] = []
  const verifiers = Array.from({ length: count }, () => {
    const providers = localProviders(clock)
    const follow = createFollowSources({ providers, clock, observe: () => undefined })
    const tell = (sentence: string) => void told.push(sentence)
    const complete = createCompleteClaims({ follow, shared, clock, tell })
    return createTokenVerifier({ providers, clock, cacheMaxEntries: 10, complete })
  })
  const seconds = Math.floor(clock.nowMs() / 1_000)
  const method = aBearerMethod({ provider })
  const token = (other: Claims): string => {
    const aud = 'https://api.example.com'
    const claims = { iss: issuer.issuer, sub: 'alice', aud, azp: 'app', exp: seconds + 3_600 }
    return issuer.signer.sign({ ...claims, ...other }, { typ: 'at+jwt' })
  }
  const verify = (compact: string, replica = 0, by: BearerMethod = method) =>
    verifiers[replica]?.verify(compact, [by], unlimited)
  const claimsOf = async (compact: string, replica = 0): Promise<Claims> => {
    const outcome = await verify(compact, replica)
    if (outcome?.kind !== 'verified') throw new Error(JSON.stringify(outcome))
    return outcome.claims
  }
  return { ...claimsProvider, clock, seconds, told, until, method, token, verify, claimsOf }
}

describe('an access token that says that a claim is elsewhere', () => {
  it('has the claim of a listed source, which is asked once, whichever replica sees it', async () => {
    const { hostile, endpoint, token, claimsOf, verify, until, seconds } = await replicas(2)
    const compact = token(distributed(endpoint))
    expect(await claimsOf(compact)).toMatchObject({ sub: 'alice', groups: ['buyers'] })
    expect(await claimsOf(compact, 1)).toMatchObject({ groups: ['buyers'] })
    expect(hostile.requestCount('claims')).toBe(1)
    expect(until).toEqual([(seconds + 3_600) * 1_000, (seconds + 3_600) * 1_000])
    // What is known is answered at once, as the same object.
    expect(verify(compact)).toBe(verify(compact))
  })

  it('is asked about once by many that come together', async () => {
    const { hostile, endpoint, token, claimsOf } = await replicas()
    const compact = token(distributed(endpoint))
    await Promise.all([claimsOf(compact), claimsOf(compact), claimsOf(compact)])
    expect(hostile.requestCount('claims')).toBe(1)
  })

  it('and tells nobody of the token that is for the source', async () => {
    const { endpoint, token, claimsOf } = await replicas()
    const claims = await claimsOf(token(distributed(endpoint)))
    expect(JSON.stringify(claims)).not.toMatch(/_claim_sources|ksj3n283dke/)
  })

  it('R25: nor where its provider lists none, and the claim stays elsewhere', async () => {
    const { hostile, endpoint, token, claimsOf } = await replicas(1, false)
    const claims = await claimsOf(token(distributed(endpoint)))
    expect(JSON.stringify(claims)).not.toMatch(/_claim_sources|ksj3n283dke/)
    expect(isElsewhere(claims, 'groups')).toBe(true)
    expect(hostile.requestCount('claims')).toBe(0)
  })

  it('R23: is for whom it says itself alone, whether or not it is known already', async () => {
    const { hostile, endpoint, says, method, token, verify, claimsOf } = await replicas()
    hostile.answer('claims', jwt(says({ resource: method.audiences[0] ?? '' })))
    const compact = token(distributed(endpoint, ['resource']))
    const other = { ...method, audienceClaim: 'resource' }
    const refused = { kind: 'rejected', reason: 'token_claims_invalid' }
    expect(await verify(compact, 0, other)).toMatchObject(refused)
    expect(await claimsOf(compact)).toHaveProperty('resource')
    expect(await verify(compact, 0, other)).toMatchObject(refused)
  })

  it('takes aggregated claims, and those that are for whom it was issued to', async () => {
    const { says, token, claimsOf } = await replicas()
    expect(await claimsOf(token(aggregated(says())))).toMatchObject({ groups: ['buyers'] })
    expect(await claimsOf(token(aggregated(says({ aud: 'app' }))))).toMatchObject({
      groups: ['buyers'],
    })
    expect(await claimsOf(token(aggregated(says({ aud: 'other' }))))).not.toHaveProperty('groups')
  })

  it('is asked about anew when what the source said has expired', async () => {
    const { hostile, endpoint, says, token, claimsOf, clock, seconds } = await replicas()
    hostile.answer('claims', jwt(says({ exp: seconds + 60 })))
    const compact = token(distributed(endpoint))
    await claimsOf(compact)
    clock.advance(61_000)
    hostile.answer('claims', jwt(says({ groups: ['sellers'] })))
    expect(await claimsOf(compact)).toMatchObject({ groups: ['sellers'] })
  })

  it('R1: is not answered for where the source cannot be reached', async () => {
    const { hostile, endpoint, token, claimsOf } = await replicas()
    hostile.answer('claims', text('', 500))
    const compact = token(distributed(endpoint))
    await expect(claimsOf(compact)).rejects.toMatchObject({ code: 'provider_unreachable' })
    hostile.answer('claims', undefined)
  })

  it('lacks what cannot be trusted, for five seconds, which is told once', async () => {
    const { hostile, endpoint, says, token, claimsOf, clock, told } = await replicas()
    hostile.answer('claims', json({ groups: ['admins'] }))
    const compact = token(distributed(endpoint))
    const claims = await claimsOf(compact)
    expect(claims).not.toHaveProperty('groups')
    expect(claims._claim_names).toEqual({ groups: 'src1' })
    hostile.answer('claims', jwt(says()))
    expect(await claimsOf(compact)).not.toHaveProperty('groups')
    clock.advance(5_001)
    expect(await claimsOf(compact)).toMatchObject({ groups: ['buyers'] })
    expect(told).toEqual([expect.stringContaining('is no JWT in compact form')])
  })

  it('tells once that a source refuses, whatever else it says each time', async () => {
    const { hostile, endpoint, token, claimsOf, told } = await replicas()
    for (const description of ['request 1', 'request 2']) {
      const error = { error: 'invalid_token', error_description: description }
      hostile.answer('claims', json(error, 401))
      await claimsOf(token({ ...distributed(endpoint), jti: description }))
    }
    expect(told).toEqual([expect.stringContaining('request 1')])
  })

  it('R25: sends nobody anywhere that is not listed', async () => {
    const { hostile, token, claimsOf, told } = await replicas()
    const claims = await claimsOf(token(distributed('https://graph.example.com/users/alice')))
    expect(claims).not.toHaveProperty('groups')
    expect(hostile.requestCount('claims')).toBe(0)
    expect(told).toEqual([expect.stringContaining('an endpoint of https://graph.example.com')])
  })

  it('R23: is refused for what it says itself before anybody is asked', async () => {
    const { hostile, endpoint, token, verify } = await replicas()
    const expired = token({ ...distributed(endpoint), exp: 1 })
    expect(await verify(expired)).toMatchObject({ kind: 'rejected', reason: 'token_expired' })
    const forged = `${token(distributed(endpoint)).slice(0, -8)}AAAAAAAA`
    expect(await verify(forged)).toMatchObject({ reason: 'token_signature_invalid' })
    expect(hostile.requestCount('claims')).toBe(0)
  })
})
