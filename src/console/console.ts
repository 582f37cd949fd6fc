import type { ConsoleSite, SiteAnswer, SiteRequest } from '../core/console/console-site.ts'
import type { ReplayGuard } from '../core/session/replay-guard.ts'
import type { Seal } from '../core/session/seal.ts'
import type { Budget } from '../core/time/budget.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import { createAntiForgery } from './entering/anti-forgery.ts'
import { createEndedLogins } from './entering/ended-logins.ts'
import { type Visitor, visitorOf } from './entering/entrance.ts'
import { createLoginCookie } from './entering/login-cookie.ts'
import { isSignIn, signIn, toSignIn } from './entering/sign-in.ts'
import { type Assets, createAssets } from './frame/assets.ts'
import type { ConsoleBrand } from './frame/brand.ts'
import { createFraming, redirectTo } from './frame/framing.ts'
import { CONSOLE_SCRIPT } from './frame/script.ts'
import { CONSOLE_STYLE } from './frame/style.ts'
import type { ConsolePage } from './page/page.ts'
import { answerVisitor, type ServeDeps } from './serve.ts'

/** What the console is made of. */
export interface ConsoleDeps {
  /** In the order of the navigation. */
  readonly pages: readonly ConsolePage[]
  readonly brand: () => ConsoleBrand
  readonly seal: Seal
  readonly clock: Clock
  readonly random: Random
  readonly replay: Pick<ReplayGuard, 'claim' | 'isClaimed'>
  readonly newBudget: (timeoutMs: number) => Budget
  /** Is told what nobody expected. */
  readonly onError: (error: unknown) => void
}

const ROOT = '/console'
const ASSETS = '/console/assets/'

const assetAt = (request: SiteRequest, assets: Assets): SiteAnswer | undefined =>
  request.path.startsWith(ASSETS)
    ? assets(request.path.slice(ASSETS.length), request.header('if-none-match'))
    : undefined

const refusal = (
  { framing }: ServeDeps,
  page: string,
  { sentence, who }: Extract<Visitor, { kind: 'refused' }>,
): SiteAnswer => {
  const named = who === undefined ? {} : { who }
  const use = { ...named, action: 'view', page, outcome: 'forbidden', detail: sentence } as const
  return framing.said({ status: 403, title: 'Not allowed', sentence, use })
}

/** HEAD is GET whose body the server keeps to itself. */
const plainly = (request: SiteRequest): SiteRequest =>
  request.method === 'HEAD' ? { ...request, method: 'GET' } : request

/** The console below `/console/`: whoever has not come in sees the form for a token at most. */
export const createConsole = (deps: ConsoleDeps): ConsoleSite => {
  const style = CONSOLE_STYLE + (deps.brand().style ?? '')
  const assets = createAssets({
    'console.css': { type: 'text/css; charset=utf-8', text: style },
    'console.js': { type: 'text/javascript; charset=utf-8', text: CONSOLE_SCRIPT },
  })
  const serving: ServeDeps = {
    ...deps,
    framing: createFraming(deps.brand),
    antiForgery: createAntiForgery(deps),
    loginCookie: createLoginCookie(deps),
    endedLogins: createEndedLogins(deps),
  }

  const answered = async (request: SiteRequest): Promise<SiteAnswer> => {
    const { path } = request
    if (path === ROOT) return redirectTo(`${ROOT}/`, undefined)
    const asset = assetAt(request, assets)
    if (asset !== undefined) return asset
    const visitor = await visitorOf(request, serving)
    if (visitor.kind === 'refused') return refusal(serving, path, visitor)
    const hasEntered = visitor.kind === 'administrator'
    if (isSignIn(path)) return signIn(request, serving, hasEntered)
    return hasEntered ? answerVisitor(request, visitor, serving) : toSignIn(request)
  }

  const methods = ['GET', 'HEAD', 'POST']
  const handle = async (request: SiteRequest): Promise<SiteAnswer> => {
    if (methods.includes(request.method)) return answered(plainly(request))
    return serving.framing.said({
      status: 405,
      title: 'Method not allowed',
      sentence: 'Only GET, HEAD and POST are understood here.',
      use: { page: request.path, outcome: 'bad_request' },
      headers: { allow: methods.join(', ') },
    })
  }

  return {
    handle: (request) =>
      handle(request).catch((error: unknown) => {
        deps.onError(error)
        return serving.framing.said({
          status: 500,
          title: 'Failed',
          sentence: 'Something went wrong here; the log of the process says what.',
          use: { page: request.path, outcome: 'failed' },
        })
      }),
  }
}
