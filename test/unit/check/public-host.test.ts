import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Policy } from '../../../src/core/policy/policy.ts'
import type { PolicyLookup } from '../../../src/core/policy-source.ts'
import { aPolicy, aRequest, NAVIGATION } from '../../support/builders.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'
import { denied, headerOf } from '../../support/verdicts.ts'

const ORIGIN = 'origin.internal'
const HEADER = 'x-forwarded-host'

const behindCdn = aPolicy({ publicHostHeader: HEADER })
const foreign = aPolicy({ name: 'other/other' })

const portsOf = (policy: Policy) => {
  const owned: Readonly<Record<string, Policy>> = {
    [ORIGIN]: policy,
    'www.example.com': policy,
    'other.example.com': foreign,
  }
  const find = ({ host }: { readonly host: string }): PolicyLookup => {
    const found = owned[host]
    return found === undefined ? { kind: 'none' } : { kind: 'found', policy: found }
  }
  return { ...fakePorts(policy), policies: { find } }
}

const check = async (policy: Policy, headers: Readonly<Record<string, string>>) => {
  const request = aRequest({ authority: ORIGIN, path: '/page', headers })
  return denied(await createCheck(portsOf(policy))(request, unlimited))
}

const hostOf = (challenge: string | undefined): string | undefined =>
  /realm="([^"]*)"/.exec(challenge ?? '')?.[1]

describe('C17: the public host of a route behind a CDN', () => {
  it.each([
    ['www.example.com', 'www.example.com'],
    ['WWW.example.com.:443', 'www.example.com'],
  ])('C17: %s in the header is the host of everything that follows', async (named, host) => {
    const verdict = await check(behindCdn, { [HEADER]: named })
    expect(verdict.status).toBe(401)
    expect(hostOf(headerOf(verdict, 'www-authenticate'))).toBe(host)
  })

  it('C17: is the one that a login comes back to', async () => {
    const ports = portsOf(behindCdn)
    const headers = { ...NAVIGATION, [HEADER]: 'www.example.com:8443' }
    const request = aRequest({ authority: ORIGIN, path: '/page', headers })
    const verdict = denied(await createCheck(ports)(request, unlimited))
    expect(verdict.status).toBe(302)
    expect(decodeURIComponent(headerOf(verdict, 'location') ?? '')).toContain(
      'https://www.example.com:8443/oauth2/callback',
    )
  })

  it.each([
    'other.example.com',
    'unknown.example.com',
    'www.example.com, other.example.com',
    'user@www.example.com',
    '',
  ])('C17: %j in the header is refused, as no host of the route', async (named) => {
    const verdict = await check(behindCdn, { [HEADER]: named })
    expect(verdict).toMatchObject({ status: 404, reason: 'host_conflict' })
  })

  it('C17: is that of the request where there is no header', async () => {
    expect(hostOf(headerOf(await check(behindCdn, {}), 'www-authenticate'))).toBe(ORIGIN)
  })

  it('R2: no such header is looked at unless the route says so', async () => {
    const verdict = await check(aPolicy(), { [HEADER]: 'www.example.com' })
    expect(hostOf(headerOf(verdict, 'www-authenticate'))).toBe(ORIGIN)
  })
})
