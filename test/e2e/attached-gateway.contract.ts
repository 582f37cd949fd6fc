import { describe, expect, it } from 'vitest'
import {
  bearing,
  fetchMachineToken,
  readToken,
  signedToken,
  strangerKey,
} from '../support/e2e/access-tokens.ts'
import { askFrom, HANDED, handedToken, REFUSED_ADDRESS } from '../support/e2e/handed-on.ts'
import { API, APP, UNKNOWN } from '../support/e2e/manifests.ts'
import { type PlainResponse, sendPlain } from '../support/e2e/plain-client.ts'
import { lastSeen, seenDuring } from '../support/e2e/seen.ts'
import { newHttpBrowser, signedIn, signInOn } from '../support/e2e/sign-in.ts'
import { MACHINE_CLIENT } from '../support/parts/oidc-provider.ts'
import { PROVIDER_HOST, type Stack } from '../support/parts/stack.ts'

type Lines = readonly (readonly [name: string, value: string])[]

/** Targets that begin like the public path of the shop and may be read as another one. */
const OUT_OF_PUBLIC = [
  '/assets/../admin',
  '/assets/..%2fadmin',
  '/assets/%2e%2e/admin',
  '/assets/%252e%252e/admin',
  '/assets/..;/admin',
  '/assets;/../admin',
  '/assets/..\\admin',
  '/assets/..%5cadmin',
  '//assets/../admin',
  '/assets%2f..%2f..%2fadmin',
  '/admin?/assets/',
  '/Assets/logo.svg',
]

const FORGED: Lines = [
  ['x-auth-subject', 'forged-1'],
  ['X-Auth-Subject', 'forged-2'],
  ['X-AUTH-ISSUER', 'forged-3'],
  ['x-auth-email', 'forged-4'],
  ['x-sallyport-truncated', 'forged-5'],
]

/**
 * What every gateway must do that manifests have attached to Sallyport, with the shop and the route
 * `handedOn` behind it.
 */
export const attachedGatewayContract = (stack: () => Stack): void => {
  const url = (host: string, path: string): string => stack().url(host, path)

  const send = (host: string, target: string, lines: Lines = []): Promise<PlainResponse> =>
    sendPlain(stack(), { host: `${host}:${stack().port}`, target, lines })

  /** As a browser does that the gateway sends to the tidied path. */
  const follow = async (host: string, target: string): Promise<PlainResponse> => {
    const response = await send(host, target)
    const location = response.header('location')
    return response.status === 307 && location !== undefined ? follow(host, location) : response
  }

  const machineToken = (): Promise<string> => fetchMachineToken(stack(), newHttpBrowser(stack()))

  describe('an attached gateway', () => {
    it('lets a browser sign in, and back to the page that it wanted', async () => {
      const browser = newHttpBrowser(stack())
      const form = await browser.open(url(APP, '/orders?id=7'))
      expect(new URL(form.url).hostname).toBe(PROVIDER_HOST)
      const landed = await signInOn(browser, form, 'alice')
      expect([landed.status, landed.url]).toEqual([200, url(APP, '/orders?id=7')])
      const { headers } = lastSeen(stack(), '/orders?id=7')
      expect(headers).toMatchObject({
        'x-auth-subject': 'alice',
        'x-user-groups': '["buyers","admins"]',
      })
      expect(headers).not.toHaveProperty('cookie')
    })

    it('forbids what the rules forbid to the one who signed in', async () => {
      const { browser } = await signedIn(stack(), url(APP, '/'), 'bob')
      const seen = await seenDuring(stack(), async () => {
        const page = await browser.open(url(APP, '/admin'))
        expect([page.status, page.headers['x-sallyport-reason']]).toEqual([403, 'claim_mismatch'])
      })
      expect(seen).toEqual([])
    })

    it('signs out, and asks for a password again', async () => {
      const { browser } = await signedIn(stack(), url(APP, '/'))
      const toProvider = await browser.fetch(url(APP, '/oauth2/logout'))
      expect(toProvider.headers.location).toContain(`${stack().issuer}/session/end?`)
      expect((await browser.fetch(url(APP, '/'))).status).toBe(401)
    })

    it('lets an access token through, with the identity that it proves', async () => {
      const headers = bearing(await machineToken())
      const response = await newHttpBrowser(stack()).send(url(API, '/by-token'), { headers })
      expect(response.status).toBe(200)
      expect(lastSeen(stack(), '/by-token').headers).toMatchObject({
        'x-auth-subject': MACHINE_CLIENT.clientId,
        'x-auth-scopes': 'orders:read',
      })
    })

    const refused: readonly (readonly [
      name: string,
      reason: string,
      make: () => Promise<string | undefined>,
    ])[] = [
      ['none', 'login_required', async () => undefined],
      ['one that is no JWT', 'token_malformed', async () => 'opaque'],
      [
        'one that somebody else signed',
        'token_signature_invalid',
        async () => {
          const { header, claims } = readToken(await machineToken())
          return signedToken(header, claims, strangerKey())
        },
      ],
    ]

    it.each(refused)('a token: %s is answered 401 %s', async (_name, reason, make) => {
      const token = await make()
      const seen = await seenDuring(stack(), async () => {
        const headers = token === undefined ? {} : bearing(token)
        const response = await newHttpBrowser(stack()).send(url(API, '/orders'), { headers })
        expect(response.status).toBe(401)
        expect(response.headers['www-authenticate']).toContain(`Bearer realm="${API}"`)
        expect(response.headers['content-type']).toBe('application/problem+json')
        expect(response.json()).toMatchObject({ status: 401, reason })
      })
      expect(seen).toEqual([])
    })

    it('R8: gives the upstream no identity that the downstream made up', async () => {
      const token = await machineToken()
      const cases: readonly (readonly [host: string, target: string, lines: Lines])[] = [
        [APP, '/assets/forged', FORGED],
        [API, '/forged', [...FORGED, ['Authorization', `Bearer ${token}`]]],
      ]
      for (const [host, target, lines] of cases) {
        expect((await send(host, target, lines)).status).toBe(200)
        const seen = lastSeen(stack(), target)
        expect(seen.headerLines.filter(([, value]) => value.includes('forged-'))).toEqual([])
      }
    })

    it('R8: gives it none with underscores either', async () => {
      await send(APP, '/assets/underscores', [['x_auth_subject', 'forged']])
      const values = stack()
        .upstream.requests()
        .flatMap(({ headerLines }) => headerLines.map(([, value]) => value))
      expect(values).not.toContain('forged')
    })

    it.each(OUT_OF_PUBLIC)('R5: does not take %s for a public path', async (target) => {
      const seen = await seenDuring(stack(), async () => {
        const { status } = await follow(APP, target)
        expect([400, 401]).toContain(status)
      })
      expect(seen).toEqual([])
    })

    it('R5: sends the upstream the path that was decided on', async () => {
      for (const target of ['/assets//a', '/assets/./a', '/x/../assets/a']) {
        const seen = await seenDuring(stack(), async () => {
          expect([target, (await follow(APP, target)).status]).toEqual([target, 200])
        })
        expect(seen.map(({ path }) => path)).toEqual(['/assets/a'])
      }
    })

    it('R31: takes a token out of the query, and leaves the rest as it was', async () => {
      const token = await handedToken(stack())
      for (const name of ['access_token', 'access%5Ftoken']) {
        const answer = await send(HANDED, `/ws?z=%7e&${name}=${token}&a=%2F+x&&b`)
        expect(answer.status).toBe(200)
        const seen = lastSeen(stack(), '/ws?z=%7e&a=%2F+x&&b')
        expect(seen.headerLines.filter(([, value]) => value.includes(token))).toEqual([
          ['authorization', `Bearer ${token}`],
        ])
      }
    })

    it('R2: hands on the address of the connection, and none that a header claims', async () => {
      const token = await handedToken(stack())
      expect(await askFrom(stack(), { localAddress: '127.0.0.2' }, token)).toEqual([200, undefined])
      for (const name of [
        'x-forwarded-for',
        'forwarded',
        'x-real-ip',
        'x-envoy-external-address',
      ]) {
        for (const value of ['127.0.0.2', 'for=127.0.0.2', '127.0.0.2, 127.0.0.1']) {
          const answer = await askFrom(stack(), { lines: [[name, value]] }, token)
          expect([name, value, answer]).toEqual([name, value, REFUSED_ADDRESS])
        }
      }
    })

    it.each([UNKNOWN, 'app.localhost.evil.test', 'evilapp.localhost', '127.0.0.1'])(
      'R3: serves %s, which no ProtectedRoute names, to nobody',
      async (host) => {
        const seen = await seenDuring(stack(), async () => {
          for (const target of ['/', '/assets/logo.svg', '/oauth2/callback']) {
            expect([target, (await send(host, target)).status]).toEqual([target, 404])
          }
        })
        expect(seen).toEqual([])
      },
    )

    it('R1: answers 503 while Sallyport is gone, and heals by itself', async () => {
      const { browser } = await signedIn(stack(), url(APP, '/'))
      await stack().sallyport.kill()
      const seen = await seenDuring(stack(), async () => {
        for (const path of ['/', '/assets/logo.svg', '/oauth2/callback', '/oauth2/logout']) {
          const { status } = await browser.fetch(url(APP, path))
          expect([path, status]).toEqual([path, 503])
        }
        const preflight = await browser.fetch(url(API, '/'), { method: 'OPTIONS' })
        expect(preflight.status).toBe(503)
      })
      expect(seen).toEqual([])
      await stack().sallyport.restart()
      const status = async (): Promise<number> => (await browser.fetch(url(APP, '/'))).status
      await expect.poll(status, { timeout: 30_000 }).toBe(200)
    })
  })
}
