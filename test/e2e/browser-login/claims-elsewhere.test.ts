import { SignJWT } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { bearing } from '../../support/e2e/access-tokens.ts'
import { APP, ours, shop } from '../../support/e2e/manifests.ts'
import { newHttpBrowser, signedIn, signInOn } from '../../support/e2e/sign-in.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'

/** What a claims provider answers with, for whoever has the token. */
const ACCESS_TOKEN = 'for-the-source-alone'

const AUDIENCE = 'https://groups.example.test'

/** An API for whoever is not shut out. */
const ROUTE = ours('ProtectedRoute', 'groups', {
  hosts: ['other.localhost'],
  authenticate: [{ bearer: { providerRef: { name: 'idp' }, audiences: [AUDIENCE] } }],
  onUnauthenticated: 'Challenge',
  authorize: [{ claim: 'groups', noneOf: ['blocked'] }],
})

describe('a provider that leaves groups to a claims provider', () => {
  const stack = useStack({
    resources: shop({
      provider: ({ issuer }) => ({
        claimSources: [
          {
            issuer: `${issuer}/claims`,
            jwksURL: `${issuer}/jwks`,
            endpoints: [`${issuer}/claims`],
          },
        ],
      }),
      more: [ROUTE],
    }),
    oidcProvider: {
      elsewhere: { names: ['groups'], endpoint: '/claims', accessToken: ACCESS_TOKEN },
    },
  })
  afterEach(() => providerOf(stack()).interfere('claims', undefined))

  /** Has the claims provider say that somebody is in these groups. */
  const saying = async (groups: readonly string[], issuer = `${stack().issuer}/claims`) => {
    const { keyId, privateKey } = providerOf(stack()).signingKey()
    const said = await new SignJWT({ groups })
      .setProtectedHeader({ alg: 'RS256', kid: keyId })
      .setIssuer(issuer)
      .sign(privateKey)
    const shown: (string | undefined)[] = []
    providerOf(stack()).interfere('claims', (request, response) => {
      shown.push(request.headers.authorization)
      response.writeHead(200, { 'content-type': 'application/jwt' })
      response.end(said)
    })
    return shown
  }

  const landedOn = async (path: string) => {
    const browser = newHttpBrowser(stack())
    return signInOn(browser, await browser.open(stack().url(APP, path)), 'alice')
  }

  it('lets in whom the source says, and the upstream hears it', async () => {
    const shown = await saying(['admins', 'of-the-source'])
    const { browser, landed } = await signedIn(stack(), stack().url(APP, '/orders'))
    expect(landed.text).toContain('of-the-source')
    expect(landed.text).not.toContain(ACCESS_TOKEN)
    expect((await browser.open(stack().url(APP, '/admin'))).status).toBe(200)
    expect(shown).toEqual([`Bearer ${ACCESS_TOKEN}`])
  })

  it('and nobody else', async () => {
    await saying(['buyers'])
    const { browser } = await signedIn(stack(), stack().url(APP, '/orders'))
    expect((await browser.open(stack().url(APP, '/admin'))).status).toBe(403)
  })

  /** What the API answers to an access token that leaves groups to a source. */
  const asked = async (jti: string, endpoint = `${stack().issuer}/claims`) => {
    const { keyId, privateKey } = providerOf(stack()).signingKey()
    const places = { source: { endpoint, access_token: ACCESS_TOKEN } }
    const elsewhere = { _claim_names: { groups: 'source' }, _claim_sources: places }
    const token = await new SignJWT({ ...elsewhere, jti })
      .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'at+jwt' })
      .setIssuer(stack().issuer)
      .setSubject('alice')
      .setAudience(AUDIENCE)
      .setExpirationTime('5m')
      .sign(privateKey)
    const headers = bearing(token)
    return (await newHttpBrowser(stack()).send(stack().url('other.localhost', '/'), { headers }))
      .status
  }

  it('is asked for bearer tokens as well, and a rule denies what nobody knows', async () => {
    const shown = await saying(['buyers'])
    expect(await asked('buyer')).toBe(200)
    expect(shown).toEqual([`Bearer ${ACCESS_TOKEN}`])
    await saying(['blocked'])
    expect(await asked('blocked')).toBe(403)
    expect(await asked('unlisted', 'https://evil.example.com/claims')).toBe(403)
    providerOf(stack()).interfere('claims', (_, response) => response.writeHead(500).end())
    expect(await asked('down')).toBe(503)
  })

  it('signs nobody in where the source is down', async () => {
    providerOf(stack()).interfere('claims', (_, response) => response.writeHead(500).end())
    expect((await landedOn('/orders')).status).toBe(503)
  })

  it('nor where somebody else speaks in its place', async () => {
    await saying(['admins'], 'https://evil.example.com')
    const page = await landedOn('/orders')
    expect(page.status).toBe(403)
    expect(page.text).toContain('claim_source_refused')
  })
})
