import { describe, expect, it } from 'vitest'
import { bearing, fetchMachineToken } from '../../support/e2e/access-tokens.ts'
import { CLAUSES, manyClauses } from '../../support/e2e/many-clauses.ts'
import { seenDuring } from '../../support/e2e/seen.ts'
import { type Name, newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'
import { until } from '../../support/parts/until.ts'

describe('a rule that asks for more than scopes', () => {
  const stack = useStack(async () => (await manyClauses()).options)
  const url = (path: string): string => stack().url(CLAUSES, path)

  const logged = (line: RegExp) =>
    until('the log says what was wrong', async () => line.test(stack().sallyport.output()))

  const asking = async (name: Name) => {
    const { browser } = await signedIn(stack(), url('/'), name)
    return async (path: string) => {
      const { status, headers, json } = await browser.fetch(url(path))
      const reason = status === 200 ? 'allowed' : Object(json()).reason
      expect(headers['x-sallyport-reason'] ?? 'allowed').toBe(reason)
      return [status, reason]
    }
  }

  it('lets in everybody of a domain, verified by the provider, and nobody of another', async () => {
    expect(endUsers.alice.email).toBe('alice@example.test')
    for (const name of ['alice', 'bob'] as const) {
      const ask = await asking(name)
      expect(await ask('/domain')).toEqual([200, 'allowed'])
      expect(await ask('/other-domain')).toEqual([403, 'email_domain_mismatch'])
    }
  })

  it('takes a pattern for the whole of a claim, in any case where that is said', async () => {
    expect(await (await asking('alice'))('/pattern')).toEqual([200, 'allowed'])
    expect(await (await asking('bob'))('/pattern')).toEqual([403, 'claim_mismatch'])
  })

  it('takes one of several clauses, and says so where none holds', async () => {
    expect(await (await asking('alice'))('/alternatives')).toEqual([200, 'allowed'])
    expect(await (await asking('bob'))('/alternatives')).toEqual([403, 'no_alternative_holds'])
    await logged(
      /No alternative holds: \(1\) The claim groups .* \(2\) Missing: orders:write.* \(3\) The connection to the gateway came from 127\.0\.0\.1/,
    )
  })

  it('holds for access tokens alike', async () => {
    const browser = newHttpBrowser(stack())
    const of = async (scope: string, path: string) => {
      const headers = bearing(await fetchMachineToken(stack(), browser, scope))
      const { status, headers: answered } = await browser.send(url(path), { headers })
      return [status, answered['www-authenticate']]
    }
    expect(await of('orders:write', '/alternatives')).toEqual([200, undefined])
    expect(await of('orders:read', '/alternatives')).toEqual([403, undefined])
    expect(await of('orders:read', '/domain')).toEqual([403, undefined])
    expect(await of('orders:write', '/scopes')).toEqual([200, undefined])
    expect(await of('orders:read', '/scopes')).toEqual([
      403,
      `Bearer realm="${CLAUSES}", error="insufficient_scope", scope="orders:write"`,
    ])
  })

  it('lets nothing through to the upstream that it refuses', async () => {
    const ask = await asking('bob')
    const seen = await seenDuring(stack(), async () => {
      for (const path of ['/other-domain', '/pattern', '/scopes', '/network']) {
        expect((await ask(path))[0]).toBe(403)
      }
    })
    expect(seen).toEqual([])
  })
})
