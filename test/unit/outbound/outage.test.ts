import { describe, expect, it } from 'vitest'
import type { Provider } from '../../../src/core/registration/provider.ts'
import { createOutage } from '../../../src/outbound/outage.ts'
import { unlimited } from '../../support/check-ports.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { hang, json, text } from '../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../support/local-providers.ts'

const aWorld = async (changes: Partial<Provider> = {}) => {
  const { hostile, provider } = await aHostileProvider(changes)
  const clock = handSetClock()
  const told: string[] = []
  const providers = localProviders(clock, { tell: (sentence) => told.push(sentence) })
  const token = () =>
    providers
      .of(provider)
      .fetch.call({ method: 'POST', url: `${hostile.issuer}/token`, headers: {} })
      .catch(() => undefined)
  const keys = async (of = provider) => {
    clock.advance(10_000)
    await Promise.resolve(providers.of(of).keys.get(unlimited)).catch(() => undefined)
  }
  return { hostile, provider, clock, told, providers, token, keys }
}

describe('a provider that goes and comes back', () => {
  it('B18: is told once when it goes and once when it comes back, however many calls fail', async () => {
    const { hostile, told, token, keys, clock } = await aWorld()
    await keys()
    await token()
    expect(told).toEqual([])
    await hostile.takeDown()
    for (let login = 0; login < 8; login += 1) await token()
    expect(told).toEqual([
      expect.stringMatching(
        /^IdentityProvider shop\/keycloak: http:.*\/token (?:refused the connection|broke the connection off)/,
      ),
    ])
    await hostile.bringUp()
    clock.advance(90_000)
    await token()
    await token()
    expect(told.slice(1)).toEqual(['IdentityProvider shop/keycloak works again, after 90 s.'])
  })

  it('B18: that is down from the start is told, with what is wrong', async () => {
    const { hostile, told, keys } = await aWorld()
    hostile.setMetadata({ issuer: `${hostile.issuer}/` })
    for (let attempt = 0; attempt < 4; attempt += 1) await keys()
    expect(told).toEqual([expect.stringContaining('only the slash at the end differs')])
    hostile.setMetadata({})
    await keys()
    expect(told).toHaveLength(2)
    expect(told[1]).toContain('works again')
  })

  it('B18: that fails at one endpoint is not back because another one answers', async () => {
    const { hostile, told, token, keys, clock } = await aWorld({ keysRefreshMs: 10_000 })
    await keys()
    hostile.answer('token', json({ error: 'server_error' }, 500))
    await token()
    for (let read = 0; read < 3; read += 1) {
      await keys()
      await token()
    }
    expect(told).toEqual([expect.stringContaining('/token answered with status 500')])
    hostile.answer('token', undefined)
    clock.advance(10_000)
    await token()
    expect(told[1]).toContain('works again')
  })

  it('B18: that is mended by an edit comes back when the keys of the new version are there', async () => {
    const { hostile, provider, providers, told, keys } = await aWorld()
    hostile.setMetadata({ issuer: 'https://other.example.com' })
    await keys()
    const edited = { ...provider, generation: 'p2' }
    providers.retain([edited], [])
    await keys(edited)
    expect(told).toHaveLength(1)
    hostile.setMetadata({})
    await keys(edited)
    expect(told[1]).toContain('works again')
  })

  it('B18: calls that a browser gave up at once tell nothing', async () => {
    const { hostile, provider, providers, told } = await aWorld()
    hostile.answer('token', hang)
    const url = `${hostile.issuer}/token`
    const { call } = providers.of(provider).fetch
    const given = call({ method: 'POST', url, headers: {}, signal: AbortSignal.abort() })
    await expect(given).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(told).toEqual([])
  })

  it('B18: that flaps is told of at most twice in ten seconds, and of what lasts in the end', () => {
    const clock = handSetClock()
    const told: string[] = []
    const subject = { kind: 'IdentityProvider', name: 'shop/a', returnsBy: 'keys' } as const
    const watch = createOutage(subject, clock, (sentence) => told.push(sentence)).watch()
    for (let flap = 0; flap < 50; flap += 1) {
      watch.failed('x', 'shop/a: it fails.')
      watch.well('x')
    }
    expect(told).toHaveLength(2)
    watch.failed('x', 'shop/a: it fails.')
    clock.advance(10_000)
    watch.failed('x', 'shop/a: it fails.')
    expect(told).toHaveLength(3)
  })

  it('B6, B16: what is odd about one that works is told once, also when it is read again', async () => {
    const { hostile, told, keys, provider, providers, clock } = await aWorld()
    hostile.setMetadata({ userinfo_endpoint: null, revocation_endpoint: 'revoke' })
    await keys()
    for (let read = 0; read < 3; read += 1) {
      clock.advance(provider.metadataRefreshMs)
      await providers.of(provider).metadata.get(unlimited)
      await expect.poll(() => hostile.requestCount('metadata')).toBe(read + 2)
    }
    expect(told).toEqual([
      'IdentityProvider shop/keycloak: its userinfo_endpoint is null: it counts as absent.',
      expect.stringContaining('its revocation_endpoint is "revoke"'),
    ])
    expect(providers.health(provider).notes).toHaveLength(2)
  })

  it('E6: a bundle that holds no certificate is noted, although OpenSSL passes it over', async () => {
    const caPem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
    const { told, keys, provider, providers } = await aWorld({ caPem })
    await keys()
    const note = 'spec.tls.caRef: its certificate number 1 cannot be read'
    expect(told).toEqual([`IdentityProvider shop/keycloak: ${note}.`])
    expect(providers.health(provider)).toMatchObject({ isReady: true, notes: [note] })
  })

  it('E6: keys that come as a page of HTML are told as that', async () => {
    const { hostile, told, keys } = await aWorld()
    hostile.answer('jwks', text('<!doctype html><html>', 200, 'text/html'))
    await keys()
    expect(told).toEqual([
      expect.stringMatching(/its jwks_uri http:.* answered with a page of HTML \(text\/html\)/),
    ])
  })
})
