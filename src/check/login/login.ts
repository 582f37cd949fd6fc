import type { CheckPorts } from '../../core/check-ports.ts'
import { clientToSignInWith, isRemembered, wantedPath } from '../../core/cookie/chosen-client.ts'
import { loginCookiesToDrop } from '../../core/cookie/own-cookies.ts'
import { rememberChoiceOf } from '../../core/cookie/remember-me.ts'
import type { Decision, Header, Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Unauthenticated } from '../../core/identity/identity.ts'
import { type Part, partOf } from '../../core/policy/part.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import { askedContextIn, isForwardable } from '../../core/provider/asked-context.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Form } from '../../core/request/form.ts'
import type { Request } from '../../core/request/request.ts'
import { originOf, returnPathsOf, siblingOriginOf } from '../../core/request/return-url.ts'
import type { Budget } from '../../core/time/budget.ts'
import {
  aboutRefused,
  challenge,
  chooseProvider,
  clearing,
  signInOutside,
} from '../answer/denials.ts'
import { mayBeFramed, siteOfCookie } from '../answer/framing.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { withOrigin } from './hand-off.ts'
import {
  createState,
  type LoginCookie,
  type LoginDraft,
  loginCookieHeader,
  sealLogin,
} from './login-cookie.ts'

type ReturnPaths = ReturnType<typeof returnPathsOf>

/** `returnTo`: where the login leads, if not back to what was asked for. */
type LoginDecision = Extract<Decision, { readonly kind: 'login' }> & { readonly returnTo?: string }

/**
 * Sends a navigation to the provider, or a form whose content waits for the end of the login; asks
 * to which of several first.
 */
export type Login = (
  request: Request,
  policy: Policy,
  rule: Rule,
  decision: LoginDecision,
  budget: Budget,
) => Promise<Verdict>

type Forwarded = Readonly<Record<string, string>>

const forwardedParameters = (request: Request, client: Client): Forwarded => {
  if (client.forwardParameters.length === 0) return {}
  const query = new URLSearchParams(request.path.query)
  return Object.fromEntries(
    client.forwardParameters.flatMap((name) => {
      const value = query.get(name)
      return value === null || !isForwardable(name, value) ? [] : [[name, value]]
    }),
  )
}

/** To be checked in the ID token, so that nobody takes it off the request on its way. */
const askedBy = (forwarded: Forwarded): Pick<LoginDraft, 'asked'> => {
  const asked = askedContextIn(forwarded)
  return Object.keys(asked).length === 0 ? {} : { asked }
}

/** Whose session is to be raised by what authentication, for the callback to hold to. */
const steppingUp = ({ stepUp }: Unauthenticated): Pick<LoginDraft, 'stepUp'> => {
  if (stepUp === undefined) return {}
  const { issuer, subject } = stepUp.identity
  return { stepUp: { ...stepUp.asked, issuer, subject } }
}

/** A session is raised where it began. */
const clientFor = (
  part: Part,
  request: Request,
  { stepUp }: Unauthenticated,
): Client | undefined =>
  stepUp === undefined
    ? clientToSignInWith(part, request)
    : part.clients.find(({ name }) => name === stepUp.identity.client)

const redirectUriOf = (request: Request, { callbackHost, callbackPath }: Client): string =>
  (callbackHost === undefined ? originOf(request) : siblingOriginOf(callbackHost, request)) +
  callbackPath

/** The cookie of a new attempt, and what makes room for it (R16). */
const cookieHeaders = (
  request: Request,
  { clients }: Policy,
  client: Client,
  cookie: LoginCookie,
): readonly Header[] => {
  const bytes = cookie.name.length + cookie.value.length
  const dropped = loginCookiesToDrop(request.header('cookie'), clients, bytes)
  const site = siteOfCookie(request, client)
  const gone = dropped.map((name) => ({ name, ...site }))
  return [loginCookieHeader(client, cookie, site), ...clearing(gone)]
}

/**
 * Starts one attempt: fresh state, nonce and code verifier, sealed into a cookie of its own, so
 * that tabs never meet and nothing is written to the store (R16). The oldest attempts make room. A
 * remembered provider that fails does not keep the person from the others; a form cannot wait for a
 * choice of providers, and is challenged; nor is it asked whether to stay signed in. A frame is
 * sent to the provider where the client allows that; else it shows the way to the whole window. A
 * session is raised at its own client, without a question, and stays remembered if it was.
 */
export const createLogin = (ports: CheckPorts): Login => {
  const { forms, seal, relyingParty, clock, random } = ports

  const stateFor = (request: Request, client: Client): string => {
    const nowMs = clock.nowMs()
    const state = createState(random, nowMs)
    return client.callbackHost === undefined
      ? state
      : withOrigin(seal, client, state, request, nowMs)
  }

  const draftOf = (
    request: Request,
    client: Client,
    forwarded: Forwarded,
    refused: Unauthenticated,
  ): LoginDraft => ({
    state: stateFor(request, client),
    nonce: random.token(32),
    codeVerifier: random.token(32),
    ...(client.senderConstrained === 'DPoP' ? { proofKey: random.token(32) } : {}),
    redirectUri: redirectUriOf(request, client),
    createdAtMs: clock.nowMs(),
    ...askedBy(forwarded),
    ...(rememberChoiceOf(client, request) === 'yes' ? { remember: true } : {}),
    ...steppingUp(refused),
  })

  /** A cookie that holds all of a login. A form is sent to the whole URL, or not kept. */
  const keepForm = async (
    request: Request,
    client: Client,
    draft: LoginDraft,
    paths: ReturnPaths,
    form: Form,
    budget: Budget,
  ): Promise<LoginCookie | undefined> => {
    const tenant = sessionTenant(client, request)
    const kept = await forms.keep(client.name, tenant, form, client.loginLifetimeMs, budget)
    if (kept === undefined) return undefined
    const cookie = sealLogin(seal, client, request, { ...draft, form: kept }, paths)
    if (cookie.login.cut === undefined) return cookie
    await forms.take(tenant, kept, budget)
    return undefined
  }

  const begin = async (
    request: Request,
    policy: Policy,
    rule: Rule,
    client: Client,
    { refused, form, returnTo }: LoginDecision,
    budget: Budget,
  ): Promise<Verdict> => {
    const forwarded = forwardedParameters(request, client)
    const draft = draftOf(request, client, forwarded, refused)
    const paths = returnPathsOf(returnTo ?? wantedPath(request, rule))
    const cookie = sealLogin(seal, client, request, draft, paths)
    const location = await relyingParty.authorizationUrl(client, cookie.login, forwarded, budget)
    const held =
      form === undefined ? cookie : await keepForm(request, client, draft, paths, form, budget)
    if (held === undefined) return challenge(request, policy, rule, refused)
    return deny(refused.reason, {
      status: form === undefined ? 302 : 303,
      headers: [
        ['location', location],
        ...cookieHeaders(request, policy, client, held),
        ...clearing(refused.clearCookies),
      ],
      content: 'none',
      about: aboutRefused(policy, rule, refused),
      ...(refused.stepUp === undefined ? {} : { detail: refused.detail }),
    })
  }

  return async (request, policy, rule, decision, budget) => {
    const { refused, form, framed } = decision
    const part = partOf(policy, rule)
    const client = clientFor(part, request, refused)
    const isStepUp = refused.stepUp !== undefined
    const candidates = client === undefined ? part.clients : [client]
    if (framed === true && !candidates.some(mayBeFramed)) {
      return signInOutside(request, policy, rule, refused)
    }
    const isOpen =
      client === undefined || (!isStepUp && rememberChoiceOf(client, request) === 'ask')
    if (client === undefined || (isOpen && form === undefined)) {
      const answer = form === undefined ? chooseProvider : challenge
      return answer(request, policy, rule, refused)
    }
    try {
      return await begin(request, policy, rule, client, decision, budget)
    } catch (thrown) {
      const isBound = form !== undefined || isStepUp
      if (isBound || !isRemembered(part, client, request)) throw thrown
      return chooseProvider(request, policy, rule, refused, asFault(thrown).message)
    }
  }
}
