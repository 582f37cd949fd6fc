import { createHash } from 'node:crypto'
import type { Administrator } from '../../core/console/administrator.ts'
import type { SiteRequest } from '../../core/console/console-site.ts'
import type { EndedLogins } from './ended-logins.ts'
import type { ConsoleLogin, LoginCookie } from './login-cookie.ts'

/** Who asks for a page. */
export type Visitor =
  | {
      readonly kind: 'administrator'
      readonly administrator: Administrator
      /** Whom forms are made for: their login, or who was recognised and by what. */
      readonly holder: readonly string[]
      readonly login?: ConsoleLogin
      /** The cookie as it should be now; absent: as it is. */
      readonly setCookie?: string
    }
  /** Somebody who may sign in by a token. */
  | { readonly kind: 'stranger' }
  /** Somebody whom no form helps. */
  | { readonly kind: 'refused'; readonly who?: string; readonly sentence: string }

/** What tells who asks. */
export interface EntranceDeps {
  readonly loginCookie: LoginCookie
  readonly endedLogins: EndedLogins
}

const LACKS = {
  token: 'A token is needed, and none that counts was shown.',
  certificate:
    'A client certificate is needed that the authority of the administrators has signed (adminApi.tls.clientCaFile), and your browser showed none.',
  assertion:
    'The console is reached through Sallyport: by a ProtectedRoute whose upstream it is, with an assertion (adminApi.assertion). This request came without.',
} as const

/** The hash that stands for a token in the file of tokens, base64url. */
export const tokenHashOf = (token: string): string =>
  createHash('sha256').update(token).digest('base64url')

const holderOf = ({ name, way }: Administrator, login?: ConsoleLogin): readonly string[] =>
  login === undefined ? [way, name] : [way, name, login.id]

const livingLogin = async (
  request: SiteRequest,
  { loginCookie, endedLogins }: EntranceDeps,
): Promise<ConsoleLogin | undefined> => {
  const login = loginCookie.read(request.header('cookie'))
  return login === undefined || (await endedLogins.hasEnded(login.id)) ? undefined : login
}

/**
 * Who asks: by certificate or assertion as every request shows them, or by a login whose token is
 * still in the file.
 */
export const visitorOf = async (request: SiteRequest, deps: EntranceDeps): Promise<Visitor> => {
  const login = await livingLogin(request, deps)
  const shown = login && ({ kind: 'hash', hash: login.tokenHash } as const)
  const admission = request.admit(shown)
  if (admission.kind === 'forbidden') return { ...admission, kind: 'refused' }
  if (admission.kind === 'unknown') {
    return admission.lacks === 'token'
      ? { kind: 'stranger' }
      : { kind: 'refused', sentence: LACKS[admission.lacks] }
  }
  const { administrator } = admission
  const used = administrator.way === 'token' ? login : undefined
  const cookie = used !== undefined && deps.loginCookie.isDue(used)
  return {
    kind: 'administrator',
    administrator,
    holder: holderOf(administrator, used),
    ...(used === undefined ? {} : { login: used }),
    ...(cookie ? { setCookie: deps.loginCookie.write(used) } : {}),
  }
}
