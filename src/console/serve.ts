import type { AdminRole } from '../core/console/administrator.ts'
import { type ConsoleRequest, FORGERY_FIELD } from '../core/console/console-request.ts'
import type { SiteAnswer, SiteRequest } from '../core/console/console-site.ts'
import { asFault } from '../core/reason/fault.ts'
import type { AntiForgery } from './entering/anti-forgery.ts'
import type { Visitor } from './entering/entrance.ts'
import { fieldsOf, readForm, type SentForm } from './entering/form.ts'
import { type SignInDeps, signOut } from './entering/sign-in.ts'
import { findPage } from './frame/find-page.ts'
import { type PageParts, redirectTo } from './frame/framing.ts'
import { SECURITY_HEADERS } from './frame/headers.ts'
import type { Framed } from './frame/layout.ts'
import type { ConsolePage, Content } from './page/page.ts'

/** Somebody who has come in. */
type Seated = Extract<Visitor, { kind: 'administrator' }>

/** What pages are served with. */
export interface ServeDeps extends SignInDeps {
  readonly pages: readonly ConsolePage[]
  readonly antiForgery: AntiForgery
  readonly clock: { readonly nowMs: () => number }
  readonly onError: (error: unknown) => void
}

/** One request of one administrator. */
interface Asked {
  readonly request: SiteRequest
  readonly visitor: Seated
  readonly seat: NonNullable<Framed['seat']>
  readonly deps: ServeDeps
  /** What its form does, as audit lines call it. */
  readonly formAction?: ConsolePage['formAction']
  /** Which sessions are meant. */
  readonly selector?: NonNullable<SiteAnswer['use']>['selector']
}

const SIGN_OUT = '/console/sign-out'

const STALE =
  'This form is not one that was made for your sign-in, or is too old, so nothing was done. Open the page anew and try again.'

const LACKS: Readonly<Record<AdminRole, string>> = {
  view: 'This needs the role view, which you do not have.',
  'end-sessions': 'This needs the role end-sessions, which you do not have.',
}

type Outcome = PageParts['use']['outcome']

/** Who does what, and where. */
const notedOf = ({ request, visitor, formAction, selector }: Asked) => {
  const { name: who, way } = visitor.administrator
  const action = request.method === 'POST' ? formAction : 'view'
  const what = action === undefined ? {} : { action }
  const meant = selector === undefined ? {} : { selector }
  return { who, way, page: request.path, ...what, ...meant }
}

/** A page of one sentence about why nothing was done. */
const refused = (
  asked: Asked,
  parts: Pick<PageParts, 'status' | 'title' | 'headers'> & { readonly sentence: string },
  outcome: Outcome,
): SiteAnswer => {
  const { sentence: detail } = parts
  const use = { ...notedOf(asked), outcome, detail }
  return asked.deps.framing.said({ ...parts, use }, asked.seat)
}

const PARTLY = 'Some of what was asked may have been done; repeating it is safe.'

const NOT_FOUND = { status: 404, title: 'Not found' } as const

const isPassing = (code: string): boolean =>
  code === 'session_store_unavailable' || code === 'budget_exceeded'

const failed = (asked: Asked, thrown: unknown): SiteAnswer => {
  const { code, message } = asFault(thrown)
  if (!isPassing(code)) {
    asked.deps.onError(thrown)
    const sentence = 'Something went wrong here; the log of the process says what.'
    return refused(asked, { status: 500, title: 'Failed', sentence }, 'failed')
  }
  const sentence = asked.request.method === 'POST' ? `${message} ${PARTLY}` : message
  return refused(asked, { status: 503, title: 'Not available right now', sentence }, 'failed')
}

const STRANGE = {
  status: 403,
  title: 'Not allowed',
  sentence: 'Another site asked for what the console follows, as far as your browser says.',
} as const

/** A page of another site reads nothing of it, but would take a place from those who do. */
const isFollowedFromElsewhere = ({ header }: SiteRequest): boolean =>
  ['cross-site', 'same-site'].includes(header('sec-fetch-site') ?? '')

const contentAnswer = (asked: Asked, page: ConsolePage, content: Content): SiteAnswer => {
  const { seat, deps } = asked
  const noted = { ...notedOf(asked), outcome: 'done' } as const
  switch (content.kind) {
    case 'page': {
      const { status = 200, title = page.title, body, wantsScript = false } = content
      const use = { ...noted, ...content.use }
      return deps.framing.framed({ status, title, body, wantsScript, use }, seat)
    }
    case 'redirect':
      return redirectTo(content.to, { ...noted, ...content.use })
    case 'events': {
      if (isFollowedFromElsewhere(asked.request)) return refused(asked, STRANGE, 'forbidden')
      const type = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
      const headers = { ...SECURITY_HEADERS, ...type }
      return { status: 200, headers, body: content.stream, use: noted }
    }
    case 'not_found': {
      const { sentence } = content
      const use = { ...noted, outcome: 'not_found', ...content.use } as const
      return deps.framing.said({ ...NOT_FOUND, sentence, use }, seat)
    }
    case 'failed': {
      const answer = failed(asked, content.thrown)
      return { ...answer, use: { ...noted, ...answer.use, ...content.use } }
    }
  }
}

/** Why a form is not one that this administrator's own page has sent; `undefined`: it is. */
const strangeness = (asked: Asked, sent: SentForm): SiteAnswer | undefined => {
  if (sent.kind === 'refused') {
    const { status, sentence } = sent
    const outcome = status === 403 ? 'forbidden' : 'bad_request'
    return refused(asked, { status, sentence, title: 'Not done' }, outcome)
  }
  const { antiForgery } = asked.deps
  if (antiForgery.isGood(asked.visitor.holder, sent.fields.get(FORGERY_FIELD))) return undefined
  return refused(asked, { status: 403, title: 'Not done', sentence: STALE }, 'forbidden')
}

/** Why nobody is shown the page, or what they sent is not taken. */
const refusalOf = (asked: Asked, { needs = 'view', formAction }: ConsolePage) => {
  if (asked.request.method === 'POST' && formAction === undefined) {
    const parts = { status: 405, title: 'Method not allowed', headers: { allow: 'GET, HEAD' } }
    return refused(asked, { ...parts, sentence: 'This page takes no forms.' }, 'bad_request')
  }
  const { roles } = asked.visitor.administrator
  if (roles.includes(needs)) return undefined
  const parts = { status: 403, title: 'Not allowed', sentence: LACKS[needs] }
  return refused(asked, parts, 'forbidden')
}

const NONE: ReadonlyMap<string, string> = new Map()

const pageAnswer = async (asked: Asked): Promise<SiteAnswer> => {
  const { request, visitor, seat, deps } = asked
  const found = findPage(deps.pages, request.path)
  const sentence = 'There is no such page.'
  if (found === undefined) return refused(asked, { ...NOT_FOUND, sentence }, 'not_found')
  const { page, rest } = found
  const method = request.method === 'POST' ? 'POST' : 'GET'
  const takes = method === 'POST' && page.formAction !== undefined
  const sent = takes ? await readForm(request, 'administrator') : undefined
  const query = fieldsOf(request.query)
  const selector = page.meant?.(takes ? (sent?.fields ?? NONE) : query)
  const at = { ...asked, formAction: page.formAction, ...(selector && { selector }) }
  const refusal = refusalOf(at, page) ?? (sent && strangeness(at, sent))
  if (refusal !== undefined) return refusal
  const shown: ConsoleRequest = {
    administrator: visitor.administrator,
    method,
    path: request.path,
    rest,
    query,
    form: sent?.fields ?? NONE,
    antiForgery: seat.antiForgery,
    nowMs: deps.clock.nowMs(),
  }
  return contentAnswer(at, page, await page.render(shown))
}

const signedOut = async (asked: Asked): Promise<SiteAnswer> => {
  const { request, visitor, deps } = asked
  if (request.method !== 'POST') return redirectTo('/console/', undefined)
  const refusal = strangeness(asked, await readForm(request, 'administrator'))
  if (refusal !== undefined) return refusal
  const { name: who, way } = visitor.administrator
  const use = { who, way, action: 'sign_out', page: SIGN_OUT, outcome: 'done' } as const
  return signOut(visitor.login, use, deps)
}

/** Answers an administrator. What is asked for by a script alone is no use of the sign-in. */
export const answerVisitor = async (
  request: SiteRequest,
  visitor: Seated,
  deps: ServeDeps,
): Promise<SiteAnswer> => {
  const seat = {
    administrator: visitor.administrator,
    antiForgery: deps.antiForgery.issue(visitor.holder),
    path: request.path,
    navigation: deps.pages.flatMap(({ path, navLabel: label }) =>
      label === undefined ? [] : [{ path, label }],
    ),
  }
  const asked = { request, visitor, seat, deps }
  const work = request.path === SIGN_OUT ? signedOut(asked) : pageAnswer(asked)
  const answer = await work.catch((thrown: unknown) => failed(asked, thrown))
  const { setCookie } = visitor
  const isFeed = typeof answer.body !== 'string'
  if (isFeed || setCookie === undefined || answer.headers['set-cookie'] !== undefined) return answer
  return { ...answer, headers: { ...answer.headers, 'set-cookie': setCookie } }
}
