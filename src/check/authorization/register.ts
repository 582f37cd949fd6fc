import type { CheckPorts } from '../../core/check-ports.ts'
import type { Deny } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import { showsSomething } from '../../core/wording/client-name.ts'
import { isLoopback, redirectURI } from '../../policy/matching/redirect-uri.ts'
import { type OAuthError, quoted, refuse } from './answers.ts'
import { readBody } from './bodies.ts'
import type { Clients } from './clients.ts'
import { type Asking, aboutOf, askerOf } from './issuer.ts'

/** Answers whoever registers. */
export type Register = (asking: Asking) => Deny

const MAX_REDIRECT_URIS = 10

/** All of it is in the client id, which goes through the URLs of browsers. */
const MAX_CHARACTERS = 1_536

const MAX_NAME = 100

const GRANTS: readonly unknown[] = ['authorization_code', 'refresh_token']

type Document = Readonly<Record<string, unknown>>

interface Read {
  readonly name?: string
  readonly redirectURIs: readonly string[]
}

const isText = (value: unknown): value is string => typeof value === 'string'

const objectIn = (text: string): Document | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : undefined
  } catch {
    return undefined
  }
}

/** What is wrong with one redirect URI here. */
const complaintAbout = ({ server }: Asking, value: unknown, at: number): readonly string[] => {
  const member = `redirect_uris[${at}]`
  if (!isText(value)) return [`${member} is no text.`]
  const checked = redirectURI(value)
  if (!checked.ok) return [`${member} ${quoted(value)} ${checked.message.replaceAll('`', "'")}.`]
  return isLoopback(value) || server.redirectURIs.has(value)
    ? []
    : [
        `${member} ${quoted(value)} is not allowed here: use http on the loopback interface, as in http://127.0.0.1/callback, or have the operator list it in redirectURIs of authorizationServer.`,
      ]
}

const redirectComplaints = (
  asking: Asking,
  { redirect_uris: uris }: Document,
): readonly string[] => {
  if (!Array.isArray(uris) || uris.length === 0) {
    return ['redirect_uris has to be a list of at least one URI.']
  }
  if (uris.length > MAX_REDIRECT_URIS) {
    return [`redirect_uris has ${uris.length} members, and may have ${MAX_REDIRECT_URIS}.`]
  }
  return uris.flatMap((uri: unknown, at) => complaintAbout(asking, uri, at))
}

const lacks = (list: unknown, wanted: string): boolean =>
  list !== undefined && !(Array.isArray(list) && list.includes(wanted))

const metadataComplaints = (document: Document): readonly string[] => {
  const { client_name: name, grant_types: grants, response_types: responses } = document
  return [
    ...(name === undefined || name === null || isText(name) ? [] : ['client_name is no text.']),
    ...(lacks(grants, 'authorization_code')
      ? ['grant_types has to hold authorization_code: there is no other way to a first token.']
      : []),
    ...(lacks(responses, 'code') ? ['response_types has to hold code.'] : []),
  ]
}

/** A name as people may be shown it: nothing that turns text around or hides, and not nothing. */
const nameIn = ({ client_name: name }: Document): { readonly name?: string } => {
  if (!isText(name)) return {}
  const plain = name
    .toWellFormed()
    .replace(/\p{C}+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const shown = [...plain].slice(0, MAX_NAME).join('')
  return showsSomething(shown) ? { name: shown } : {}
}

/** What a client says of itself, or everything that is wrong with it (RFC 7591 section 3.2.2). */
const readDocument = (asking: Asking, document: Document): Read | OAuthError => {
  const ofRedirects = redirectComplaints(asking, document)
  const ofMetadata = metadataComplaints(document)
  const error = ofRedirects.length > 0 ? 'invalid_redirect_uri' : 'invalid_client_metadata'
  const complaints = [...ofRedirects, ...ofMetadata]
  if (complaints.length > 0) return { error, description: complaints.join(' ') }
  const uris = Array.isArray(document.redirect_uris) ? document.redirect_uris.filter(isText) : []
  const read = { ...nameIn(document), redirectURIs: [...new Set(uris)] }
  if (JSON.stringify(read).length <= MAX_CHARACTERS) return read
  const description = `redirect_uris and client_name are longer than ${MAX_CHARACTERS} characters together, and the client id has to hold them: register fewer.`
  return { error: 'invalid_client_metadata', description }
}

/** What is granted, of what was asked for: those who ask for nothing may refresh. */
const grantsIn = ({ grant_types: grants }: Document): readonly string[] =>
  Array.isArray(grants)
    ? grants.filter(isText).filter((one) => GRANTS.includes(one))
    : ['authorization_code', 'refresh_token']

/**
 * Registers a client by handing it all that it said, as its id (RFC 7591). Every client is public:
 * whatever it asked to authenticate by, it is told `none` (section 3.2.1). Only what would be
 * registered counts: nobody uses up what all have by sending nothing.
 */
export const createRegister = (
  { clock, registrationRate }: Pick<CheckPorts, 'clock' | 'registrationRate'>,
  clients: Clients,
): Register => {
  const registered = (asking: Asking, document: Document, read: Read): Deny => {
    const { scope } = document
    return deny('client_registered', {
      content: 'json',
      members: {
        client_id: clients.idOf(asking, read),
        client_id_issued_at: Math.floor(clock.nowMs() / 1_000),
        redirect_uris: read.redirectURIs,
        ...(read.name === undefined ? {} : { client_name: read.name }),
        token_endpoint_auth_method: 'none',
        grant_types: grantsIn(document),
        response_types: ['code'],
        ...(isText(scope) ? { scope } : {}),
      },
      about: aboutOf(asking),
    })
  }

  const limited = (asking: Asking): Deny | undefined => {
    const seconds = registrationRate.take(askerOf(asking))
    if (seconds === 0) return undefined
    const description = `Too many clients were registered from there: wait ${seconds} seconds.`
    const headers = [['retry-after', String(seconds)]] as const
    return refuse(
      asking,
      'client_registration_limited',
      { error: 'temporarily_unavailable', description },
      { headers },
    )
  }

  return (asking) => {
    const body = readBody(asking.request)
    const refusal = (error: OAuthError): Deny =>
      refuse(asking, 'client_registration_refused', error)
    if (body.kind === 'unread') {
      return refusal({ error: 'invalid_client_metadata', description: body.why })
    }
    const document = objectIn(body.text)
    if (document === undefined) {
      return refusal({
        error: 'invalid_client_metadata',
        description: 'The body is no JSON object.',
      })
    }
    const read = readDocument(asking, document)
    if ('error' in read) return refusal(read)
    return limited(asking) ?? registered(asking, document, read)
  }
}
