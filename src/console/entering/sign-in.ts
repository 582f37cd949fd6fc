import type { SiteAnswer, SiteRequest } from '../../core/console/console-site.ts'
import { type Framing, redirectTo } from '../frame/framing.ts'
import { SECURITY_HEADERS } from '../frame/headers.ts'
import { html } from '../page/html.ts'
import type { EndedLogins } from './ended-logins.ts'
import { tokenHashOf } from './entrance.ts'
import { fieldsOf, readForm } from './form.ts'
import type { ConsoleLogin, LoginCookie } from './login-cookie.ts'

/** What signs people in and out. */
export interface SignInDeps {
  readonly framing: Framing
  readonly loginCookie: LoginCookie
  readonly endedLogins: EndedLogins
}

/** Where a token is entered. */
const SIGN_IN = '/console/sign-in'

const PAGE = { title: 'Sign in', action: 'sign_in', page: SIGN_IN } as const

/** Of characters that a header can hold. */
const OWN_PATH = /^\/console\/[A-Za-z0-9/._~%-]*(?:\?[!-[\]-~]*)?$/

/** So that the form is short, however it is encoded. */
const MAX_WANTED = 1_000

const FIRST = '/console/'

/** Where somebody wanted to go, if that is a page of the console; else its first. */
const wantedOf = (text: string | undefined): string =>
  text !== undefined && text.length <= MAX_WANTED && OWN_PATH.test(text) ? text : FIRST

/** A script has no use for a form. */
const ENDED: Pick<SiteAnswer, 'status' | 'headers' | 'body'> = {
  status: 401,
  headers: {
    ...SECURITY_HEADERS,
    'cache-control': 'no-store',
    'content-type': 'text/plain; charset=utf-8',
    'www-authenticate': 'Bearer realm="sallyport admin api"',
  },
  body: 'Sign in first.\n',
}

/** To the form, and from there to where somebody wanted to go; who follows is told instead. */
export const toSignIn = ({ method, path, query, header }: SiteRequest): SiteAnswer => {
  const wanted = wantedOf(query === '' ? path : `${path}?${query}`)
  const isPlain = method !== 'GET' || wanted === FIRST
  const use = { action: 'view', page: path, outcome: 'unauthorized' } as const
  if (header('accept')?.includes('text/event-stream') === true) return { ...ENDED, use }
  return redirectTo(isPlain ? SIGN_IN : `${SIGN_IN}?to=${encodeURIComponent(wanted)}`, use)
}

interface Shown {
  readonly status: number
  readonly to: string
  readonly wrong?: string
  readonly use: NonNullable<SiteAnswer['use']>
  readonly headers?: Readonly<Record<string, string>>
}

const formPage = (
  { framing }: SignInDeps,
  { status, to, wrong, use, headers }: Shown,
): SiteAnswer =>
  framing.framed({
    status,
    title: PAGE.title,
    body: html`${
      wrong !== undefined && html`<div class="note bad" role="alert"><p>${wrong}</p></div>`
    }
<form class="fields" method="post" action="${SIGN_IN}">
<input type="hidden" name="to" value="${to}">
<div class="wide"><label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" spellcheck="false" required aria-describedby="token-hint">
<p class="hint" id="token-hint">One of the file that adminApi.tokenFile names. It ends with this browser, after half an hour without use, or after eight hours.</p></div>
<p class="submit"><button>Sign in</button></p>
</form>`,
    use,
    ...(headers === undefined ? {} : { headers }),
  })

const NO_COOKIE =
  'Your browser has not kept the cookie of the sign-in. It does so only over https, or in some browsers at localhost: reach the console by one of them.'

const WRONG = 'This token is not among those that count. Look into the file of tokens.'

/** The form; behind a sign-in that left no cookie it says so. */
const asked = (request: SiteRequest, deps: SignInDeps): SiteAnswer => {
  const query = fieldsOf(request.query)
  const use = { action: 'view', page: SIGN_IN, outcome: 'done' } as const
  const wrong = query.has('kept') ? { wrong: NO_COOKIE } : {}
  return formPage(deps, { status: 200, to: wantedOf(query.get('to')), ...wrong, use })
}

const limited = (deps: SignInDeps, seconds: number): SiteAnswer =>
  formPage(deps, {
    status: 429,
    to: FIRST,
    wrong: `Too many wrong tokens came from here. Wait ${seconds} seconds.`,
    use: { action: PAGE.action, page: SIGN_IN, outcome: 'limited' },
    headers: { 'retry-after': String(seconds) },
  })

const judged = (request: SiteRequest, deps: SignInDeps, token: string, to: string): SiteAnswer => {
  const use = { action: PAGE.action, page: SIGN_IN } as const
  const admission = request.admit({ kind: 'token', token })
  if (admission.kind === 'admitted') {
    const { name: who, way } = admission.administrator
    if (way !== 'token') {
      return redirectTo(to, { action: 'view', page: SIGN_IN, who, way, outcome: 'done' })
    }
    const cookie = deps.loginCookie.write(deps.loginCookie.begin(tokenHashOf(token)))
    const next = `${SIGN_IN}/done?to=${encodeURIComponent(to)}`
    return redirectTo(next, { ...use, who, way, outcome: 'done' }, { 'set-cookie': cookie })
  }
  if (admission.kind === 'forbidden') {
    const { sentence, who } = admission
    const named = who === undefined ? {} : { who }
    const noted = { ...use, ...named, outcome: 'forbidden', detail: sentence } as const
    return formPage(deps, { status: 403, to, wrong: sentence, use: noted })
  }
  request.noteFailure()
  return formPage(deps, { status: 403, to, wrong: WRONG, use: { ...use, outcome: 'unauthorized' } })
}

const OUTCOMES = {
  403: 'forbidden',
  413: 'bad_request',
  415: 'bad_request',
  503: 'failed',
} as const

/** Takes a token, as often as the limit of wrong ones allows, and sets the cookie of a login. */
const tried = async (request: SiteRequest, deps: SignInDeps): Promise<SiteAnswer> => {
  const seconds = request.waitSeconds()
  if (seconds !== undefined) return limited(deps, seconds)
  const sent = await readForm(request, 'stranger')
  if (sent.kind === 'refused') {
    const { status, sentence } = sent
    const outcome = OUTCOMES[status]
    const use = { action: PAGE.action, page: SIGN_IN, outcome, detail: sentence } as const
    return deps.framing.said({ status, title: 'Not signed in', sentence, use })
  }
  const again = request.waitSeconds()
  if (again !== undefined) return limited(deps, again)
  const to = wantedOf(sent.fields.get('to'))
  return judged(request, deps, (sent.fields.get('token') ?? '').trim(), to)
}

/** Whether a path belongs to the sign-in. */
export const isSignIn = (path: string): boolean => path === SIGN_IN || path === `${SIGN_IN}/done`

/** Answers at the paths of the sign-in; `hasEntered`: the cookie of a login has arrived. */
export const signIn = async (
  request: SiteRequest,
  deps: SignInDeps,
  hasEntered: boolean,
): Promise<SiteAnswer> => {
  if (request.method === 'POST') return tried(request, deps)
  if (hasEntered) return redirectTo(wantedOf(fieldsOf(request.query).get('to')), undefined)
  if (request.path === SIGN_IN) return asked(request, deps)
  return redirectTo(`${SIGN_IN}?kept=no&${request.query}`, undefined)
}

/** Ends a login, here and on every replica. */
export const signOut = async (
  login: ConsoleLogin | undefined,
  who: Required<SiteAnswer>['use'],
  { loginCookie, endedLogins }: SignInDeps,
): Promise<SiteAnswer> => {
  if (login !== undefined) await endedLogins.end(login.id)
  return redirectTo(SIGN_IN, who, { 'set-cookie': loginCookie.gone })
}
