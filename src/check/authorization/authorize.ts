import type { Consent, Deny } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import { type ProtectedResource, resourceUrlOf } from '../../core/policy/protected-resource.ts'
import { AUTHORIZATION_SERVER_PATHS } from '../../core/registration/authorization-server.ts'
import { showsSomething } from '../../core/wording/client-name.ts'
import { isOfWebHost } from '../../policy/matching/redirect-uri.ts'
import {
  type Addressee,
  answerClient,
  errorMembers,
  type OAuthError,
  offerError,
  quoted,
  refuseRedirect,
} from './answers.ts'
import type { Attempts } from './asked.ts'
import { type AskedFor, askedForIn } from './asked-for.ts'
import {
  type ClientLookup,
  type Clients,
  goesToOf,
  isTrusted,
  type KnownClient,
  mayGoTo,
} from './clients.ts'
import { type Asking, aboutOf } from './issuer.ts'

/** Answers an authorization request (RFC 6749 section 4.1.1). */
export type Authorize = (asking: Asking) => Promise<Deny>

type Busy = Extract<ClientLookup, { readonly kind: 'busy' }>

/** All of it comes back in one URL, and is kept in one cookie. */
const MAX_STATE = 1_024

/** Of a name that a program gives itself, whoever vouches for it. */
const MAX_NAME = 60

/** No page may frame the question, also where a browser knows no Content Security Policy. */
const UNFRAMED = [['x-frame-options', 'DENY']] as const

/** The one value that a parameter has; `undefined` for none, and for several. */
const only = (query: URLSearchParams, name: string): string | undefined => {
  const values = query.getAll(name)
  return values.length === 1 ? values[0] : undefined
}

/**
 * Marks that a page quotes by, in whatever language, and what looks like them: no name ends its own
 * quotation. Apostrophes stay.
 */
const QUOTATION = /(?!['’])[\p{Quotation_Mark}ʺ˝ˮ״″‴‶‷〃]+/gu

const shownName = (name: string | undefined): { readonly name?: string } => {
  if (name === undefined) return {}
  const plain = name
    .toWellFormed()
    .replace(/\p{C}+/gu, ' ')
    .replace(QUOTATION, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
  const letters = [...plain]
  const shown = letters.length > MAX_NAME ? `${letters.slice(0, MAX_NAME).join('')}…` : plain
  return showsSomething(shown) ? { name: shown } : {}
}

/**
 * The host of a client's document, which gets the code or names who does; where a program gets it,
 * any on this computer may have used the client id.
 */
const hostOf = (
  { documentHost }: KnownClient,
  redirectUri: string,
): Pick<Consent, 'documentHost' | 'claimedHost'> => {
  if (documentHost === undefined) return {}
  return isOfWebHost(redirectUri) ? { documentHost } : { claimedHost: documentHost }
}

const nameOf = ({ request }: Asking, resource: ProtectedResource): string =>
  resource.name ?? resourceUrlOf(request.authority, resource)

/**
 * Asks the person whether a program may act for them, each time: the provider knows all programs as
 * one client, and would let any of them pass that looks like one before it. A wrong client or
 * redirect URI is a page here, never a redirect: nobody is to be sent anywhere by it. Neither is an
 * error for a place that the client's document alone vouches for: anybody writes one, and a link to
 * this host would lead to any other (RFC 9700 section 4.11.2).
 */
export const createAuthorize = (clients: Clients, attempts: Attempts): Authorize => {
  const unknown = (asking: Asking, detail: string): Deny =>
    deny('authorization_client_unknown', {
      members: { error_description: detail },
      detail,
      about: aboutOf(asking),
    })

  const busy = (asking: Asking, { why: detail, seconds }: Busy): Deny =>
    deny('authorization_client_busy', {
      headers: [['retry-after', String(seconds)]],
      detail,
      about: aboutOf(asking),
    })

  const ask = (
    asking: Asking,
    client: KnownClient,
    to: Addressee,
    { resource, ...asked }: AskedFor,
  ): Deny => {
    const begun = attempts.begin(asking, 'asked', { ...to, ...asked, clientKey: client.key })
    if (begun === undefined) {
      const description = 'state, scope and redirect_uri are too long together.'
      return tell(asking, to, { error: 'invalid_request', description })
    }
    const answer = (said: string): string =>
      `${AUTHORIZATION_SERVER_PATHS.consent}?answer=${said}&ticket=${begun.state}`
    return deny('authorization_consent_asked', {
      headers: [...UNFRAMED, ...begun.headers],
      consent: {
        ...shownName(client.name),
        ...hostOf(client, to.redirectUri),
        ...goesToOf(to.redirectUri),
        resource: nameOf(asking, resource),
        scopes: asked.scopes,
        allow: answer('allow'),
        deny: answer('deny'),
      },
      about: aboutOf(asking),
    })
  }

  const tell = (asking: Asking, to: Addressee, error: OAuthError): Deny =>
    isTrusted(asking.server, to.redirectUri)
      ? answerClient(asking, 'authorization_request_refused', to, errorMembers(error), {
          detail: error.description,
        })
      : offerError(asking, to, error)

  return async (asking) => {
    const query = new URLSearchParams(asking.request.path.query)
    const clientId = only(query, 'client_id')
    if (clientId === undefined) {
      return unknown(asking, 'client_id has to be there, once.')
    }
    const found = await clients.find(asking, clientId)
    if (found.kind === 'busy') return busy(asking, found)
    if (found.kind === 'unknown') return unknown(asking, found.why)
    const redirectUri = only(query, 'redirect_uri')
    if (redirectUri === undefined || !mayGoTo(asking.server, found.client, redirectUri)) {
      const detail =
        redirectUri === undefined
          ? 'redirect_uri has to be there, once.'
          : `The redirect URI ${quoted(redirectUri)} is none of the client's, or not allowed here.`
      return refuseRedirect(asking, detail)
    }
    const clientState = query.get('state')
    const to = { redirectUri, ...(clientState === null ? {} : { clientState }) }
    if ((clientState ?? '').length > MAX_STATE) {
      const description = `state is longer than ${MAX_STATE} characters.`
      return tell(asking, { redirectUri }, { error: 'invalid_request', description })
    }
    const asked = askedForIn(asking, query)
    return 'error' in asked ? tell(asking, to, asked) : ask(asking, found.client, to, asked)
  }
}
