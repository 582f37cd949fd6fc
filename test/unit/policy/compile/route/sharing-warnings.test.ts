import { describe, expect, it } from 'vitest'
import { compiled } from '../../../../support/compiled.ts'
import { documentedManifest } from '../../../../support/documented-script.ts'
import { anIdentityProvider, aProtectedRoute } from '../../../../support/resources.ts'
import { withDefaults } from '../../../../support/schema-defaults.ts'

const RESOURCE = { paths: ['/mcp'], scopes: ['mcp'] }

const bearer = { providerRef: { name: 'keycloak' } }

const warnings = (spec: object) => {
  const { spec: completed } = aProtectedRoute()
  const { clientRef: _, ...plain } = completed
  const route = { ...plain, authenticate: [{ bearer }], protectedResource: RESOURCE, ...spec }
  return compiled([
    anIdentityProvider(),
    aProtectedRoute('shop/shop', withDefaults('ProtectedRoute', route)),
  ]).warnings.map(({ field, message }) => [field.join('.'), message])
}

const sharing = (allowHeaders: string[], exposeHeaders: string[] = []) => ({
  allowOrigins: ['*'],
  allowHeaders,
  exposeHeaders,
})

describe('sharing at a protected resource', () => {
  it('is warned of where a script cannot show a token', () => {
    expect(warnings({ cors: sharing(['content-type']) })).toEqual([
      ['spec.cors', expect.stringContaining('need authorization in `allowHeaders`')],
    ])
  })

  it('is warned of with every header that clients of the protocol lack, if one of theirs is there', () => {
    expect(warnings({ cors: sharing(['Authorization', 'Mcp-Session-Id']) })).toEqual([
      [
        'spec.cors',
        expect.stringContaining(
          'content-type, mcp-protocol-version, last-event-id, mcp-method, mcp-name in `allowHeaders`',
        ),
      ],
      ['spec.cors', expect.stringContaining('need mcp-session-id in `exposeHeaders`')],
    ])
  })

  it('is warned of at a rule of its own, once, and not where no path of the resource is', () => {
    const rule = (name: string, prefix: string) => ({
      name,
      match: [{ path: { prefix } }],
      cors: sharing([]),
    })
    const authenticate = [{ bearer: { ...bearer, audiences: ['shop'] } }]
    expect(
      warnings({ authenticate, rules: [rule('pages', '/pages'), rule('tools', '/mcp/tools')] }),
    ).toEqual([['spec.rules.1.cors', expect.stringContaining('authorization')]])
  })

  it('is as it should be by the documentation, with a token alone, and where there is none', async () => {
    const { cors } = await documentedManifest('discovering-clients.md', 'cors')
    expect(warnings({ cors })).toEqual([])
    expect(warnings({ cors: sharing(['authorization']) })).toEqual([])
    expect(warnings({})).toEqual([])
  })
})
