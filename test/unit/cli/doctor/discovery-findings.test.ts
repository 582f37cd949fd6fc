import { describe, expect, it } from 'vitest'
import {
  discoveryFindings,
  registrationFindings,
} from '../../../../src/cli/doctor/discovery-findings.ts'
import type { Policy } from '../../../../src/core/policy/policy.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { Offers } from '../../../../src/oidc/provider/metadata.ts'
import type { Answer } from '../../../../src/outbound/outbound-fetch.ts'
import { aBearerMethod, aPolicy, aRule } from '../../../support/builders.ts'

const ISSUER = 'https://sso.example.com/realms/shop'
const URL_OF_MCP = 'https://shop.example.com/.well-known/oauth-protected-resource/mcp'

const withResource = (
  changes: Partial<NonNullable<Policy['resources']>> = {},
  scopes: readonly string[] = ['mcp'],
): Policy =>
  aPolicy({
    fallback: aRule({ authenticate: [aBearerMethod()] }),
    resources: {
      list: [{ path: '/mcp', authorizationServers: [ISSUER], scopes, neededScopes: [] }],
      port: 443,
      ...changes,
    },
  })

const metadata = (members: Readonly<Record<string, unknown>> = {}): Answer => ({
  status: 200,
  contentType: 'application/json',
  text: JSON.stringify({
    resource: 'https://shop.example.com/mcp',
    authorization_servers: [ISSUER],
    ...members,
  }),
})

const asked = async (
  answer: Answer | Fault,
  policy = withResource(),
  hosts = ['shop.example.com'],
) => {
  const urls: string[] = []
  const findings = await discoveryFindings(policy, hosts, {
    askPublic: async (url, _headers, method) => {
      urls.push(`${method} ${url}`)
      if (answer instanceof Error) throw answer
      return answer
    },
  })
  return { urls, findings }
}

describe('the metadata of resources, through the gateway', () => {
  it('are asked for at each host that has them, as clients ask', async () => {
    const { urls, findings } = await asked(metadata())
    expect(urls).toEqual([`GET ${URL_OF_MCP}`])
    expect(findings).toEqual([
      {
        check: 'discovery',
        state: 'well',
        message: `${URL_OF_MCP} is answered as clients need it.`,
      },
    ])
  })

  it('are on the port that clients know, and of a wildcard at the hosts that are listed', async () => {
    const hosts = new Set(['a.example.com', 'a.example.org'])
    const { urls } = await asked(metadata(), withResource({ hosts, port: 8443 }), ['*.example.com'])
    expect(urls).toEqual([
      'GET https://a.example.com:8443/.well-known/oauth-protected-resource/mcp',
    ])
  })

  it('are of no business to a route without resources', async () => {
    expect(await asked(metadata(), aPolicy())).toEqual({ urls: [], findings: [] })
    expect(registrationFindings(aPolicy(), () => undefined)).toEqual([])
  })

  it.each<[string, Answer, string]>([
    [
      'a login',
      { status: 302, text: '', location: 'https://sso.example.com/' },
      'is redirected (302), which clients take for no metadata',
    ],
    [
      'a page',
      { status: 200, text: '<html>', contentType: 'text/html' },
      'is answered 200 (text/html) without the metadata',
    ],
    ['nothing', { status: 404, text: '' }, 'is answered 404 without the metadata'],
    [
      'another host',
      metadata({ resource: 'https://inside/mcp' }),
      'is of another resource, "https://inside/mcp", and clients refuse that',
    ],
    [
      'another provider',
      metadata({ authorization_servers: ['https://old.example.com'] }),
      'names the authorization servers ["https://old.example.com"], where these resources say',
    ],
  ])('are a problem where there is %s', async (_, answer, sentence) => {
    const { findings } = await asked(answer)
    expect(findings).toEqual([
      { check: 'discovery', state: 'problem', message: expect.stringContaining(sentence) },
    ])
  })

  it('are warned of where the gateway is not reached from here', async () => {
    const { findings } = await asked(new Fault('provider_unreachable', 'Nobody there.'))
    expect(findings).toMatchObject([
      { state: 'warning', message: 'Nobody there. Clients that do not reach it find no way in.' },
    ])
  })
})

describe('clients that find their way in', () => {
  const found = (offers: Offers | undefined, scopes?: readonly string[]) =>
    registrationFindings(withResource({}, scopes), () => offers).map(({ state, message }) => [
      state,
      message.replace('Clients that sign people in at IdentityProvider shop/keycloak ', ''),
    ])

  it.each<[Offers, string, string]>([
    [
      { registersClients: true, readsClientDocuments: true },
      'well',
      'find their way in if they register themselves, name themselves by the URL of a document or were registered by hand and are told their client_id.',
    ],
    [
      { registersClients: true },
      'well',
      'find their way in if they register themselves or were registered by hand and are told their client_id.',
    ],
    [
      { readsClientDocuments: true },
      'well',
      'find their way in if they name themselves by the URL of a document or were registered by hand and are told their client_id.',
    ],
    [
      {},
      'warning',
      'find their way in if they were registered by hand and are told their client_id: it offers no registration, so that all others stop before they begin.',
    ],
  ])('are told of by what the provider says: %j', (offers, state, message) => {
    expect(found(offers)).toEqual([[state, message]])
  })

  it('ask nothing of the provider where the hosts stand in for it', async () => {
    const { resources, ...others } = withResource()
    const standing = { ...others, resources: { ...resources, authorizationServer: {} } }
    expect(registrationFindings(standing as unknown as Policy, () => ({}))).toEqual([
      {
        check: 'discovery',
        state: 'well',
        message: 'Clients register at the hosts of the resources themselves.',
      },
    ])
    const own = metadata({ authorization_servers: ['https://shop.example.com'] })
    expect((await asked(own)).findings).toMatchObject([{ state: 'well' }])
  })

  it('are not, where its metadata are not there', () => {
    expect(found(undefined)).toEqual([
      ['unknown', 'cannot be told of: its metadata are not there.'],
    ])
  })

  it('are warned of openid where they register themselves', () => {
    const [, warning] = found({ registersClients: true }, ['mcp', 'openid'])
    expect(warning).toEqual(['warning', expect.stringContaining('no client scope to Keycloak')])
    expect(found({ readsClientDocuments: true }, ['openid'])).toHaveLength(1)
  })
})
