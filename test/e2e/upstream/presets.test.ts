import { describe, expect, it } from 'vitest'
import { readToken } from '../../support/e2e/access-tokens.ts'
import { signedIn } from '../../support/e2e/sign-in.ts'
import { TOLD, toldStack, toldTo } from '../../support/e2e/upstream-route.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { WEB_CLIENT } from '../../support/parts/oidc-provider.ts'

const FORGED = {
  'X-Forwarded-User': 'forged',
  'X-Forwarded-Preferred-Username': 'forged',
  X_Auth_Request_Groups: 'forged',
  'X-Userinfo': 'forged',
  'X-Consumer-Custom-ID': 'forged',
  'X-Id-Token': 'forged',
  OIDC_CLAIM_groups: 'forged',
  OIDC_CLAIM_role: 'forged',
  'OIDC-CLAIM-sub': 'forged',
  OIDC_access_token: 'forged',
  'Remote-User': 'forged',
} as const

const decoded = (value = ''): unknown => JSON.parse(Buffer.from(value, 'base64').toString())

describe('upstreams that another product stood before', () => {
  const stack = useStack(toldStack)

  const told = async (preset: string) => {
    const { browser } = await signedIn(stack(), stack().url(TOLD, '/page'))
    const { headers, headerLines } = await toldTo(stack(), browser, `/${preset}/x`, FORGED)
    expect(headerLines.filter(([, value]) => value.includes('forged'))).toEqual([])
    return headers
  }

  const tokenOf = (headers: Readonly<Record<string, string>>) =>
    headers.authorization?.slice('Bearer '.length) ?? ''

  it('OAuth2Proxy', async () => {
    const headers = await told('oauth2proxy')
    for (const family of ['x-forwarded', 'x-auth-request']) {
      expect(headers).toMatchObject({
        [`${family}-user`]: 'alice',
        [`${family}-email`]: 'alice@example.test',
        [`${family}-groups`]: 'buyers,admins',
        [`${family}-access-token`]: tokenOf(headers),
      })
    }
  })

  it('Kong', async () => {
    const headers = await told('kong')
    expect(decoded(headers['x-userinfo'])).toMatchObject({
      id: 'alice',
      sub: 'alice',
      email: 'alice@example.test',
      groups: ['buyers', 'admins'],
    })
    expect(decoded(headers['x-id-token'])).toMatchObject({ aud: WEB_CLIENT.clientId })
    expect(headers['x-access-token']).toBe(tokenOf(headers))
    expect(headers['x-credential-identifier']).toBe('alice')
  })

  it('AuthService', async () => {
    const headers = await told('authservice')
    expect(readToken(tokenOf(headers)).claims).toMatchObject({ aud: WEB_CLIENT.clientId })
  })

  it('ModAuthOpenIDC', async () => {
    const headers = await told('modauthopenidc')
    expect(headers).toMatchObject({
      oidc_claim_sub: 'alice',
      oidc_claim_email: 'alice@example.test',
      oidc_claim_groups: 'buyers,admins',
      oidc_claim_aud: WEB_CLIENT.clientId,
      oidc_access_token: tokenOf(headers),
      oidc_access_token_expires: String(readToken(tokenOf(headers)).claims.exp),
    })
    expect(headers).not.toHaveProperty('oidc_claim_role')
  })

  it('R8: forged ones are gone on a public path as well', async () => {
    await told('open')
  })
})
