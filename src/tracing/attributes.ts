import { type Attributes, SpanStatusCode } from '@opentelemetry/api'
import {
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_RPC_METHOD,
  ATTR_RPC_SYSTEM_NAME,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
} from '@opentelemetry/semantic-conventions'
import type { Verdict } from '../core/decision/decision.ts'
import { Fault } from '../core/reason/fault.ts'
import { reasonEntry } from '../core/reason/reason.ts'
import type { CallEnd, TraceableCall } from '../core/tracing.ts'

/** What a span of a check is called, and what each says alike. */
export const CHECK_NAME = 'envoy.service.auth.v3.Authorization/Check'

export const OF_EVERY_CHECK: Attributes = {
  [ATTR_RPC_SYSTEM_NAME]: 'grpc',
  [ATTR_RPC_METHOD]: CHECK_NAME,
}

/** What a span says at its end, and whether what it tells of has failed. */
export interface Ending {
  readonly attributes: Attributes
  readonly status?: { readonly code: SpanStatusCode }
}

const FAILED = { status: { code: SpanStatusCode.ERROR } } as const

const known = (attributes: Readonly<Record<string, string | undefined>>): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))

/**
 * What became of a check, in words of ours and of the configuration alone: nothing of the request,
 * nor of who is calling. `decision`: as the decision log has it.
 */
export const endOfCheck = (verdict: Verdict, decision: string, isCached: boolean): Ending => {
  const { policy, rule, client, via } = verdict.about
  const attributes = {
    'sallyport.decision': decision,
    'sallyport.reason': verdict.reason,
    'sallyport.cached': isCached,
    ...known({
      'sallyport.policy': policy,
      'sallyport.rule': rule,
      'sallyport.client': client,
      'sallyport.via': via,
    }),
  }
  return reasonEntry(verdict.reason).kind === 'unavailable'
    ? { attributes: { ...attributes, [ATTR_ERROR_TYPE]: verdict.reason }, ...FAILED }
    : { attributes }
}

const PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 }

const portOf = ({ port, protocol }: URL): number | undefined =>
  port === '' ? PORTS[protocol] : Number(port)

/** Without userinfo, query and fragment; without the path, where others may have made it. */
const shownUrl = ({ origin, pathname }: URL, hidesPath: boolean): string =>
  hidesPath ? `${origin}/` : `${origin}${pathname}`

/** What a span of a call is called, and what it says. */
export const beginOfCall = (
  call: TraceableCall,
): { readonly name: string; readonly attributes: Attributes } => {
  if (call.kind === 'redis') {
    const { operation, server } = call
    return {
      name: operation,
      attributes: {
        [ATTR_DB_SYSTEM_NAME]: 'redis',
        [ATTR_DB_OPERATION_NAME]: operation,
        [ATTR_SERVER_ADDRESS]: server?.host,
        [ATTR_SERVER_PORT]: server?.port,
      },
    }
  }
  const { method, url, party } = call
  return {
    name: method,
    attributes: {
      [ATTR_HTTP_REQUEST_METHOD]: method,
      [ATTR_SERVER_ADDRESS]: url.hostname.replace(/^\[|\]$/g, ''),
      [ATTR_SERVER_PORT]: portOf(url),
      [ATTR_URL_FULL]: shownUrl(url, party.hidesPath === true),
      'sallyport.party': party.name,
    },
  }
}

/** Codes and names of errors are words; whatever else is there may say more than it should. */
const WORD = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

const typeOf = (thrown: unknown): string => {
  if (thrown instanceof Fault) return thrown.code
  if (!(thrown instanceof Error)) return '_OTHER'
  const said = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name
  return WORD.test(said) ? said : '_OTHER'
}

const FIRST_ERROR = 400

/** What a call came to. The text of an error stays here: it may name what was asked. */
export const endOfCall = (end: CallEnd): Ending => {
  if ('thrown' in end) return { attributes: { [ATTR_ERROR_TYPE]: typeOf(end.thrown) }, ...FAILED }
  const { status } = end
  if (status === undefined) return { attributes: {} }
  const attributes = { [ATTR_HTTP_RESPONSE_STATUS_CODE]: status }
  return status < FIRST_ERROR
    ? { attributes }
    : { attributes: { ...attributes, [ATTR_ERROR_TYPE]: String(status) }, ...FAILED }
}
