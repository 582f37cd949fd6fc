import { claimAt } from '../../core/decision/told-value.ts'
import type { Identity, Json } from '../../core/identity/identity.ts'
import type { DecisionPoint } from '../../core/policy/decision-point.ts'
import { utf8Of } from '../../core/request/byte-text.ts'
import type { Request } from '../../core/request/request.ts'

/** What a decision point is told, or why it is not asked at all. */
export type Facts =
  | { readonly kind: 'facts'; readonly json: string }
  /** `detail` is for the log: it names what is too much, and holds no value. */
  | { readonly kind: 'too_large'; readonly detail: string }

/** Where something happens: the route and the rule that a request fell under. */
export interface FactsPlace {
  readonly policy: string
  readonly rule: string
}

/** Beyond this nobody is asked: decision points and proxies take no more everywhere. */
const MAX_FACTS_BYTES = 16 * 1024

type AskedRequest = Pick<Request, 'method' | 'host' | 'path' | 'header' | 'encoding' | 'address'>

type Told = readonly (readonly [name: string, value: Json])[]

const claimsOf = ({ claims: sent }: DecisionPoint, { claims }: Identity): Told =>
  sent.flatMap(({ name, path }) => {
    const value = claimAt(claims, path)
    return value === undefined || value === null ? [] : [[name, value] as const]
  })

/** What is no UTF-8 cannot be told in JSON, and is left out whole. */
const headersOf = ({ headers }: DecisionPoint, { header, encoding }: AskedRequest): Told =>
  headers.flatMap((name) => {
    const sent = header(name)
    const value = sent === undefined || encoding === 'text' ? sent : utf8Of(sent)
    return value === undefined ? [] : [[name, value] as const]
  })

/** The bytes of a text in UTF-8. */
const bytesOf = (text: string): number => {
  let bytes = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3
  }
  return bytes
}

const largest = (told: Told): string => {
  const sizes = told.map(([name, value]) => [name, JSON.stringify(value).length] as const)
  const [first] = sizes.toSorted(([, a], [, b]) => b - a)
  return first === undefined ? '' : `; the largest part is ${first[0]}`
}

const named = (what: string, told: Told): Told =>
  told.map(([name, value]) => [`the ${what} ${name}`, value])

/**
 * The facts of one request: who (`sub` and `iss` always), what, on which path of which host, and of
 * the rest what the operator listed. One form for both protocols: the four members of an AuthZEN
 * evaluation request (Authorization API 1.0, Access Evaluation), which OPA gets as its `input`.
 * Equal facts give equal texts. A claim or header that is absent is left out.
 */
export const factsOf = (
  point: DecisionPoint,
  identity: Identity,
  request: AskedRequest,
  { policy, rule }: FactsPlace,
  accessToken: string | undefined,
): Facts => {
  const claims = claimsOf(point, identity)
  const headers = headersOf(point, request)
  const token = point.sendsAccessToken && accessToken !== undefined
  const facts = {
    subject: {
      type: point.subjectType,
      id: identity.subject,
      properties: { ...Object.fromEntries(claims), iss: identity.issuer },
    },
    action: { name: request.method },
    resource: {
      type: point.resourceType,
      id: request.path.canonical,
      properties: { host: request.host, route: policy, rule },
    },
    context: {
      ...(request.address === undefined ? {} : { ip: request.address }),
      headers: Object.fromEntries(headers),
      ...(token ? { access_token: accessToken } : {}),
    },
  }
  const json = JSON.stringify(point.protocol === 'opa' ? { input: facts } : facts)
  const bytes = bytesOf(json)
  if (bytes <= MAX_FACTS_BYTES) return { kind: 'facts', json }
  const told = [
    ...named('claim', claims),
    ...named('header', headers),
    ['the path', request.path.canonical] as const,
    ...(token ? [['the access token', accessToken] as const] : []),
  ]
  const detail = `The facts for ${point.url} are ${bytes} bytes, and no more than ${MAX_FACTS_BYTES} are sent${largest(told)}: list less under external.send.`
  return { kind: 'too_large', detail }
}
