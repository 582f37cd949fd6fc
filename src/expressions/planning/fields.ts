import { claimNamesIn, isElsewhere } from '../../core/identity/elsewhere.ts'
import type { AskedIdentity, AskedRequest } from '../../core/policy/expression.ts'
import { utf8Of } from '../../core/request/byte-text.ts'
import { NO_KEY } from '../operation/collections.ts'
import { jsonList, jsonMap } from '../value/json.ts'
import { type Meter, spend, spendLetters, spendText, TOO_COSTLY } from '../value/meter.ts'
import { Failure, type Value, type ValueMap } from '../value/value.ts'
import { type Frame, type Plan, placed } from './frame.ts'

/** What is asked for; the first thing that an expression may do with it. */
type Asked = AskedRequest['request']

const UNKNOWN_REQUEST = new Failure('the request is not known here')
const AMBIGUOUS = new Failure('the path may be read in two ways')
const NO_UTF8 = new Failure('the value of the header is no UTF-8')

/** From here on, a header costs what it is long; so does one that has to be decoded. */
const LONG_HEADER = 8 * 1024

const BEYOND_ASCII = /[^\u0000-\u007f]/

const headerText = ({ header, encoding }: Asked, meter: Meter, name: string) => {
  const value = header(name)
  if (value === undefined) return undefined
  const isLong = value.length > LONG_HEADER || BEYOND_ASCII.test(value)
  const isPaid = isLong ? spend(meter, value.length) : spendText(meter, value.length)
  if (!isPaid) return TOO_COSTLY
  return encoding === 'text' ? value : (utf8Of(value) ?? NO_UTF8)
}

/** A header is looked for among all of them. */
const LOOK_UP_UNITS = 8

/** The headers by their lower-case names; a value is read when it is asked for, and not before. */
const headersOf = (request: Asked, meter: Meter): ValueMap => {
  const names = (): readonly string[] => {
    const all = [...new Set(request.headerNames().map((name) => name.toLowerCase()))]
    return spend(meter, all.length) ? all : []
  }
  return {
    kind: 'map',
    size: () => names().length,
    get: (name) => {
      if (typeof name !== 'string') return undefined
      return spend(meter, LOOK_UP_UNITS) ? headerText(request, meter, name) : TOO_COSTLY
    },
    has: (name) =>
      typeof name === 'string' && spend(meter, LOOK_UP_UNITS) && request.header(name) !== undefined,
    keys: names,
  }
}

/** The query as a browser reads it (URL Standard): each name with all of its values. */
const readQuery = (query: string, meter: Meter): ValueMap | Failure => {
  if (!spendLetters(meter, query.length)) return TOO_COSTLY
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(`&${query}`)) {
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  const get = (name: Value): readonly string[] | undefined =>
    typeof name === 'string' ? values.get(name) : undefined
  return {
    kind: 'map',
    size: () => values.size,
    get: (name) => {
      const found = get(name)
      return found === undefined ? undefined : jsonList(found)
    },
    has: (name) => get(name) !== undefined,
    keys: () => [...values.keys()],
  }
}

const queryOf = ({ path }: Asked, frame: Frame): ValueMap | Failure => {
  if (frame.query !== undefined) return frame.query
  const query = readQuery(path.query, frame)
  if (!(query instanceof Failure)) frame.query = query
  return query
}

const ofIdentity: Readonly<Record<string, (frame: Frame) => Value | undefined>> = {
  subject: ({ identity }) => identity.subject,
  issuer: ({ identity }) => identity.issuer,
  scopes: ({ identity }) => jsonList(identity.scopes),
  via: ({ identity }) => identity.via,
  client: ({ identity }) => identity.client,
}

type RequestField = (request: Asked, frame: Frame) => Value | Failure | undefined

const ofRequest: Readonly<Record<string, RequestField>> = {
  method: ({ method }) => method,
  path: ({ path }) => (path.unambiguous ? path.canonical : AMBIGUOUS),
  host: ({ host }) => host,
  headers: headersOf,
  query: queryOf,
}

const ofSource: Readonly<Record<string, RequestField>> = {
  address: ({ address }) => address,
}

type Read = (frame: Frame) => Value | Failure | undefined

const readRequest =
  (field: RequestField): Read =>
  (frame) =>
    frame.asked === undefined ? UNKNOWN_REQUEST : field(frame.asked.request, frame)

const read = (object: string, field: string): Read | undefined => {
  if (object === 'identity') return ofIdentity[field]
  const found = object === 'request' ? ofRequest[field] : ofSource[field]
  return found === undefined ? undefined : readRequest(found)
}

/** A field of a known object; `undefined`: the object is none of those. */
export const fieldPlan = (object: string, field: string, at: number): Plan | undefined => {
  const found = read(object, field)
  if (found === undefined) return undefined
  const missing = new Failure(NO_KEY.message, at)
  return (frame) => {
    const value = found(frame) ?? missing
    return value instanceof Failure ? placed(value, at) : value
  }
}

/** Whether a field of a known object is there. */
export const hasFieldPlan = (object: string, field: string): Plan | undefined => {
  const found = read(object, field)
  if (found === undefined) return undefined
  return (frame) => {
    const value = found(frame)
    return value instanceof Failure ? value : value !== undefined
  }
}

const ELSEWHERE = new Failure('a claim that is looked at is elsewhere')

/**
 * The claims as a map, in which those that are elsewhere are neither there nor absent, so that
 * nobody knows all of its keys.
 */
const claimsMap = (claims: AskedIdentity['claims']): ValueMap => {
  const map = jsonMap(claims)
  if (claims._claim_names === undefined && claims.hasgroups === undefined) return map
  const isUnknown = (key: Value): boolean =>
    typeof key === 'string' &&
    (!Object.hasOwn(claims, key) || claims[key] === null) &&
    isElsewhere(claims, key)
  const isWhole = (): boolean =>
    !isUnknown('groups') && !Object.keys(claimNamesIn(claims)).some(isUnknown)
  return {
    ...map,
    size: () => (isWhole() ? map.size() : ELSEWHERE),
    keys: () => (isWhole() ? map.keys() : ELSEWHERE),
    get: (key) => (isUnknown(key) ? ELSEWHERE : map.get(key)),
    has: (key) => (isUnknown(key) ? ELSEWHERE : map.has(key)),
  }
}

/** The variables that are values. */
export const variablePlan = (name: string): Plan | undefined => {
  if (name === 'claims') return ({ identity }) => claimsMap(identity.claims)
  if (name !== 'now') return undefined
  return ({ asked }) =>
    asked === undefined
      ? UNKNOWN_REQUEST
      : { kind: 'timestamp', nanos: BigInt(Math.trunc(asked.nowMs)) * 1_000_000n }
}
