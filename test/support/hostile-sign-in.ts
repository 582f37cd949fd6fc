import { aCheckRequest, type CheckClient } from './check-client.ts'
import type { HostileProvider } from './hostile-provider.ts'

const PAGE = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

const seconds = (): number => Math.floor(Date.now() / 1000)

const headersIn = (response: Awaited<ReturnType<CheckClient['check']>>, name: string) => {
  if (!('deniedResponse' in response)) throw new Error('The request was let through.')
  return response.deniedResponse.headers.flatMap(({ header }) =>
    header.key === name ? [header.value] : [],
  )
}

/** A person at the provider, who signs in here by the whole way that a browser takes. */
export const aPersonAt = (hostile: HostileProvider, client: CheckClient, subject: string) => {
  const check = (path: string, headers: Readonly<Record<string, string>>) =>
    client.check(aCheckRequest({ path, headers }))

  /** Answers the cookie of the session. */
  const signIn = async (sid: string, accessToken = 'access'): Promise<string> => {
    const begun = await check('/', PAGE)
    const { searchParams: asked } = new URL(headersIn(begun, 'location')[0] ?? '')
    const [cookie = ''] = headersIn(begun, 'set-cookie')
    const [state, nonce] = [asked.get('state') ?? '', asked.get('nonce') ?? '']
    const times = { iat: seconds(), exp: seconds() + 300 }
    const idClaims = { iss: hostile.issuer, aud: 'shop', sub: subject, sid, nonce, ...times }
    hostile.setTokens({
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 300,
      id_token: hostile.signer.sign(idClaims),
    })
    const query = new URLSearchParams({ code: 'code', state, iss: hostile.issuer })
    const headers = { ...PAGE, cookie: cookie.split(';')[0] ?? '' }
    const done = await check(`/oauth2/callback?${query}`, headers)
    const session = headersIn(done, 'set-cookie').find((one) => one.startsWith('__Host-sallyport='))
    return session?.split(';')[0] ?? ''
  }

  const isSignedIn = async (cookie: string): Promise<boolean> =>
    'okResponse' in (await check('/data', { cookie }))

  return { signIn, isSignedIn }
}
