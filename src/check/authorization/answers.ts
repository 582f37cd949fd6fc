import type { Deny, Header } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Reason } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import { goesTo } from '../../policy/matching/redirect-uri.ts'
import { type Asking, aboutOf, issuerOf } from './issuer.ts'

/** An error as clients read it (RFC 6749 section 5.2, RFC 7591 section 3.2.2). */
export interface OAuthError {
  readonly error: string
  /** For the developer of the client; what somebody sent is in it as `quoted` has it. */
  readonly description: string
}

/** Printable ASCII without quotes and backslashes, as descriptions are (RFC 6749 section 5.2). */
const described = (text: string): string => text.replaceAll('"', "'").replace(/[^ !#-[\]-~]/g, '?')

const MAX_QUOTED = 100

/** What somebody sent, as a sentence shows it. */
export const quoted = (text: string): string =>
  `"${text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text}"`

/** An error that a program reads. */
export const refuse = (
  asking: Asking,
  reason: Reason,
  { error, description }: OAuthError,
  options: { readonly headers?: readonly Header[]; readonly detail?: string } = {},
): Deny =>
  deny(reason, {
    headers: options.headers ?? [],
    content: 'json',
    members: { error, error_description: described(description) },
    detail: options.detail ?? description,
    about: aboutOf(asking),
  })

/** The redirect URI of a client with the members of an answer (RFC 6749 section 4.1.2). */
const withAnswer = (
  request: Pick<Request, 'authority'>,
  redirectUri: string,
  clientState: string | undefined,
  members: Readonly<Record<string, string>>,
): string => {
  const query = new URLSearchParams({
    ...members,
    ...(clientState === undefined ? {} : { state: clientState }),
    iss: issuerOf(request),
  })
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}

/** Where an answer goes. */
export interface Addressee {
  readonly redirectUri: string
  /** As it came. */
  readonly clientState?: string
}

interface Answering {
  readonly headers?: readonly Header[]
  readonly detail?: string
}

/** A page in place of an answer, where the redirect URI is none that it may go to. */
export const refuseRedirect = (
  asking: Asking,
  detail: string,
  headers: readonly Header[] = [],
): Deny =>
  deny('authorization_redirect_refused', {
    headers,
    members: { error_description: detail },
    detail,
    about: aboutOf(asking),
  })

/** Why an answer goes nowhere that could go there when it was asked for. */
export const withdrawn = (redirectUri: string): string =>
  `The redirect URI ${quoted(redirectUri)} is allowed here no more.`

/** Sends the browser to the client with an answer. */
export const answerClient = (
  asking: Asking,
  reason: Reason,
  { redirectUri, clientState }: Addressee,
  members: Readonly<Record<string, string>>,
  { headers = [], ...options }: Answering = {},
): Deny => {
  const location = withAnswer(asking.request, redirectUri, clientState, members)
  return deny(reason, {
    headers: [['location', location], ...headers],
    content: 'none',
    about: aboutOf(asking),
    ...options,
  })
}

/**
 * The same by a page that goes on: a form led here, and browsers hold what follows from a form to
 * the policy of its page (Content Security Policy Level 3, `form-action`).
 */
export const answerClientByPage = (
  asking: Asking,
  reason: Reason,
  { redirectUri, clientState }: Addressee,
  members: Readonly<Record<string, string>>,
  options: Answering = {},
): Deny =>
  deny(reason, {
    onward: withAnswer(asking.request, redirectUri, clientState, members),
    about: aboutOf(asking),
    ...options,
  })

/**
 * An error that goes to a client only where a person says so: by a link on a page, which names the
 * place.
 */
export const offerError = (asking: Asking, to: Addressee, error: OAuthError): Deny => {
  const members = errorMembers(error)
  const href = withAnswer(asking.request, to.redirectUri, to.clientState, members)
  return deny('authorization_error_shown', {
    members,
    ways: [{ label: { key: 'continue_to', values: { place: goesTo(to.redirectUri) } }, href }],
    detail: error.description,
    about: aboutOf(asking),
  })
}

/** An error of ours, as members of an answer. */
export const errorMembers = ({ error, description }: OAuthError) => ({
  error,
  error_description: described(description),
})
