import { describe, expect, it } from 'vitest'
import { fetchMachineToken } from '../../support/e2e/access-tokens.ts'
import { API, APP, shop } from '../../support/e2e/manifests.ts'
import { type PlainRequest, sendPlain } from '../../support/e2e/plain-client.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { MACHINE_CLIENT } from '../../support/parts/oidc-provider.ts'
import type { SeenRequest } from '../../support/parts/upstream.ts'

type Lines = readonly (readonly [name: string, value: string])[]

const FORGED: Lines = [
  ['x-auth-subject', 'forged-1'],
  ['X-Auth-Subject', 'forged-2'],
  ['X-AUTH-SUBJECT', 'forged-3'],
  ['x_auth_subject', 'forged-4'],
  ['X_Auth-Subject', 'forged-5'],
  ['x-auth_subject', 'forged-6'],
  ['x-auth-issuer', 'https://forged-7.test'],
  ['X_AUTH_ISSUER', 'https://forged-8.test'],
  ['x-auth-email', 'forged-9@example.test'],
  ['x-auth-email', 'forged-10@example.test'],
  ['x_auth_email', 'forged-11@example.test'],
  ['X-Auth-Scopes', 'forged-12'],
  ['x_auth_scopes', 'forged-13'],
  ['x-sallyport-truncated', 'forged-14'],
  ['X_Sallyport_Anything', 'forged-15'],
]

/** A header that the route of the application sets, and the one of the API does not. */
const FORGED_GROUPS: Lines = [
  ['x-user-groups', '["forged-16"]'],
  ['X_User_Groups', '["forged-17"]'],
]

const forgedOf = (seen: SeenRequest): Lines =>
  seen.headerLines.filter(([, value]) => value.includes('forged-'))

const valuesOf = (seen: SeenRequest, name: string): readonly string[] =>
  seen.headerLines.flatMap(([key, value]) =>
    key.toLowerCase().replaceAll('_', '-') === name ? [value] : [],
  )

describe('what a downstream sends along', () => {
  const stack = useStack({ resources: shop(), envoy: { headersWithUnderscores: 'ALLOW' } })

  const send = async (host: string, target: string, lines: Lines): Promise<SeenRequest> => {
    const request: PlainRequest = { host: `${host}:${stack().port}`, target, lines }
    const response = await sendPlain(stack(), request)
    expect([target, response.status]).toEqual([target, 200])
    return lastSeen(stack(), target)
  }

  it('R8: is no identity on a public path', async () => {
    const seen = await send(APP, '/assets/public', [...FORGED, ...FORGED_GROUPS])
    expect(forgedOf(seen)).toEqual([])
    expect(valuesOf(seen, 'x-auth-subject')).toEqual([])
  })

  it('R8: is no identity beside a token', async () => {
    const browser = newHttpBrowser(stack())
    const token = await fetchMachineToken(stack(), browser)
    const seen = await send(API, '/bearer', [['Authorization', `Bearer ${token}`], ...FORGED])
    expect(forgedOf(seen)).toEqual([])
    expect(valuesOf(seen, 'x-auth-subject')).toEqual([MACHINE_CLIENT.clientId])
    expect(valuesOf(seen, 'x-auth-issuer')).toEqual([stack().issuer])
    expect(valuesOf(seen, 'x-auth-scopes')).toEqual(['orders:read'])
    expect(valuesOf(seen, 'x-auth-email')).toEqual([])
  })

  it('R8: is no identity beside a session', async () => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/'), 'bob')
    const cookie = `__Host-sallyport=${browser.jar.value(APP, '__Host-sallyport')}`
    const lines: Lines = [
      ...FORGED,
      ['Cookie', cookie],
      ...FORGED_GROUPS,
      ['Authorization', 'Bearer forged-18'],
    ]
    const seen = await send(APP, '/session', lines)
    expect(forgedOf(seen)).toEqual([])
    expect(valuesOf(seen, 'x-auth-subject')).toEqual(['bob'])
    expect(valuesOf(seen, 'x-auth-email')).toEqual(['bob@example.test'])
    expect(valuesOf(seen, 'x-user-groups')).toEqual(['["buyers"]'])
    expect(valuesOf(seen, 'authorization')).toHaveLength(1)
    expect(valuesOf(seen, 'cookie')).toEqual([])
  })

  it('R10: reaches the upstream byte for byte where it is a cookie of somebody else', async () => {
    const theirs = 'a=1; b="x, y"; c=%3B%20; =nameless; flag; d=e=f; a=2'
    const utf8 = Buffer.from('last=é').toString('latin1')
    const lines: Lines = [
      ['Cookie', `${theirs}; __Host-sallyport-login-x=1; __Host-sallyport=t; ${utf8}`],
    ]
    const seen = await send(APP, '/assets/cookies', lines)
    expect(seen.headers.cookie).toBe(`${theirs}; ${utf8}`)
    const untouched = await send(APP, '/assets/untouched', [['Cookie', theirs]])
    expect(untouched.headers.cookie).toBe(theirs)
  })

  it('R10: never includes a cookie of ours, wherever in its lines it stands', async () => {
    const own = ['__Host-sallyport', '__Host-sallyport-logout', '__Host-sallyport-login-abc']
    for (const [index, name] of own.entries()) {
      const target = `/assets/own-${index}`
      const seen = await send(APP, target, [
        ['Cookie', `first=1;${name}=a`],
        ['cookie', `${name} = b; ${name}=c;last=1`],
      ])
      expect(seen.headers.cookie).toBe('first=1;last=1')
    }
    const alone = await send(APP, '/assets/alone', [['Cookie', '__Host-sallyport=a']])
    expect(alone.headers).not.toHaveProperty('cookie')
  })
})
