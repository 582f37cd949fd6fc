import { describe, expect, it } from 'vitest'
import {
  aServerPolicy,
  aServerWorld,
  ISSUER,
  RESOURCE,
} from '../../../support/authorization-server.ts'
import { headerOf } from '../../../support/verdicts.ts'

const METADATA = '/.well-known/oauth-authorization-server'

describe('the metadata of the authorization server', () => {
  it('say what it is, to anybody', async () => {
    const headers = { origin: 'https://inspector.example' }
    const answer = await aServerWorld().ask(METADATA, { headers })
    expect(answer).toMatchObject({ reason: 'authorization_server_metadata', status: 200 })
    expect(headerOf(answer, 'access-control-allow-origin')).toBe('*')
    expect(answer.members).toEqual({
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/oauth2/authorize`,
      token_endpoint: `${ISSUER}/oauth2/token`,
      registration_endpoint: `${ISSUER}/oauth2/register`,
      scopes_supported: ['mcp', 'offline_access'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    })
  })

  it('say so where documents are taken', async () => {
    const documentHosts = { any: true, hosts: new Set<string>(), below: [] }
    const answer = await aServerWorld(aServerPolicy({ documentHosts })).ask(METADATA)
    expect(answer.members).toMatchObject({ client_id_metadata_document_supported: true })
  })

  it('are all that those of its resources name', async () => {
    const answer = await aServerWorld().ask('/.well-known/oauth-protected-resource/mcp')
    expect(answer.members).toMatchObject({ resource: RESOURCE, authorization_servers: [ISSUER] })
  })

  it.each(['/.well-known/openid-configuration', `${METADATA}/mcp`])(
    'are not at %s, which is not for the upstream to say',
    async (path) => {
      const answer = await aServerWorld().ask(path)
      expect(answer).toMatchObject({ status: 404, content: 'problem' })
    },
  )

  it.each([
    METADATA,
    '/oauth2/register',
    '/oauth2/authorize',
    '/oauth2/consent',
    '/oauth2/return',
    '/oauth2/token',
  ])('and %s take no other method', async (path) => {
    const answer = await aServerWorld().ask(path, { method: 'PUT' })
    expect(answer).toMatchObject({
      reason: 'authorization_server_method_not_allowed',
      status: 405,
      content: 'problem',
    })
  })

  it.each([METADATA, '/oauth2/register', '/oauth2/token'])(
    'and %s are no road on another port, and a rule is asked',
    async (path) => {
      const answer = await aServerWorld().ask(path, { authority: 'shop.example.com:8443' })
      expect(answer.status).toBe(401)
    },
  )
})
