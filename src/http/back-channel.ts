import type { IncomingMessage } from 'node:http'
import { faultEntry } from '../core/reason/fault.ts'
import { trimBlanks } from '../core/request/trim-blanks.ts'
import type { BackChannelLogout, BackChannelOutcome } from '../core/session/back-channel-logout.ts'
import type { Budget } from '../core/time/budget.ts'

/**
 * What a provider is answered: a status, and JSON that says what was wrong (RFC 6749 section 5.2).
 */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly error?: { readonly error: string; readonly error_description: string }
  /** What was asked for, where that is something to read. */
  readonly body?: object
}

/** A logout that somebody asks for. */
export interface AskedLogout {
  /** `namespace/name` of the client. */
  readonly client: string
  readonly token: string
}

/** One finished request, for the log and the metrics. */
export type ObserveBackChannel = (client: string, outcome: BackChannelOutcome) => void

/** What the endpoint is made of. */
export interface BackChannelEndpoint {
  readonly logout: BackChannelLogout
  readonly newBudget: (timeoutMs: number) => Budget
  readonly observe: ObserveBackChannel
}

const PATH = /^\/backchannel-logout\/(?<client>[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253})$/

/** A logout token has a dozen claims; nothing honest is longer. */
const MAX_BODY_BYTES = 16 * 1024

const BUDGET_MS = 5_000

const refuse = (
  status: number,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers,
  error: { error: 'invalid_request', error_description: description },
})

const NOT_FOUND = refuse(404, 'There is no back-channel logout at this path.')

/** The client that a path is about; `undefined` if it is about none. */
const clientOf = (target: string): string | undefined => {
  const mark = target.indexOf('?')
  return PATH.exec(mark < 0 ? target : target.slice(0, mark))?.groups?.client
}

const isForm = (request: IncomingMessage): boolean => {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  return trimBlanks(type).toLowerCase() === 'application/x-www-form-urlencoded'
}

/** The body of a request; `undefined` if it is too long. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const replyTo = (outcome: BackChannelOutcome): Reply => {
  switch (outcome.kind) {
    case 'ended':
      return { status: 200 }
    case 'unknown_client':
      return NOT_FOUND
    case 'refused':
      return refuse(400, outcome.detail)
    case 'unavailable': {
      const seconds = faultEntry(outcome.fault.code).retryAfterSeconds ?? 60
      const description = 'The logout could not be done now. Please try again.'
      const error = { error: 'temporarily_unavailable', error_description: description }
      return { status: 503, headers: { 'retry-after': String(seconds) }, error }
    }
  }
}

/**
 * Reads one request of a provider (Back-Channel Logout 1.0 section 2.5): a form by POST with
 * exactly one `logout_token`, whatever else is in it. Or says why it is none.
 */
export const readBackChannel = async (request: IncomingMessage): Promise<AskedLogout | Reply> => {
  const client = clientOf(request.url ?? '')
  if (client === undefined) return NOT_FOUND
  if (request.method !== 'POST') return refuse(405, 'The method must be POST.', { allow: 'POST' })
  if (!isForm(request)) {
    return refuse(415, 'The content type must be application/x-www-form-urlencoded.')
  }
  const body = await readBody(request)
  if (body === undefined) return refuse(413, 'The body is too long.', { connection: 'close' })
  const tokens = new URLSearchParams(body).getAll('logout_token')
  const [token] = tokens
  if (token === undefined || tokens.length > 1) {
    return refuse(400, 'There must be exactly one logout_token parameter.')
  }
  return { client, token }
}

/** Does what is asked for, and says how it went (section 2.8): 503 where another try will help. */
export const answerBackChannel = async (
  { client, token }: AskedLogout,
  { logout, newBudget, observe }: BackChannelEndpoint,
): Promise<Reply> => {
  const outcome = await logout(client, token, newBudget(BUDGET_MS))
  observe(client, outcome)
  return replyTo(outcome)
}
