import { type PageMark, parsePageMark } from '../../core/session/page-mark.ts'
import type { SessionQuery, SessionSelector } from '../../core/session/session-directory.ts'
import { type ParameterProblem, type Parameters, parseParameters } from './parameters.ts'

/** What a request asks for. */
export type Operation =
  | {
      readonly kind: 'list'
      readonly query: SessionQuery
      readonly page: { readonly limit: number; readonly after?: PageMark }
    }
  | { readonly kind: 'show'; readonly id: string }
  | { readonly kind: 'end'; readonly selector: SessionSelector }

/** An operation, or why there is none. */
export type ParsedOperation =
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'bad_request'; readonly problems: readonly ParameterProblem[] }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'wrong_method'; readonly allow: string }

const COLLECTION = '/v1/sessions'
const ONE = /^\/v1\/sessions\/(?<id>[A-Za-z0-9_-]{43})$/
const CLIENT = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/
const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1_000

const problem = (parameter: string, message: string): ParameterProblem => ({ parameter, message })

const clientProblems = (parameters: Parameters): readonly ParameterProblem[] =>
  CLIENT.test(parameters.get('client') ?? 'a/a')
    ? []
    : [problem('client', 'must be the namespace and name of an OIDCClient, such as shop/shop')]

const chosen = (parameters: Parameters, names: readonly (keyof SessionQuery)[]): SessionQuery =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = parameters.get(name)
      return value === undefined ? [] : [[name, name === 'host' ? value.toLowerCase() : value]]
    }),
  )

const limitOf = (text: string): number | undefined => {
  const limit = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0
  return limit >= 1 && limit <= MAX_LIMIT ? limit : undefined
}

const settled = (
  problems: readonly ParameterProblem[],
  operation: () => Operation,
): ParsedOperation =>
  problems.length > 0
    ? { kind: 'bad_request', problems }
    : { kind: 'operation', operation: operation() }

const parseList = (query: string): ParsedOperation => {
  const names = ['subject', 'client', 'host', 'issuer', 'limit', 'after']
  const { parameters, problems } = parseParameters(query, names)
  const limit = limitOf(parameters.get('limit') ?? String(DEFAULT_LIMIT))
  const written = parameters.get('after')
  const after = written === undefined ? undefined : parsePageMark(written)
  const all = [
    ...problems,
    ...clientProblems(parameters),
    ...(limit === undefined
      ? [problem('limit', `must be a whole number from 1 to ${MAX_LIMIT}`)]
      : []),
    ...(written !== undefined && after === undefined
      ? [problem('after', 'must be the `next` of the page before')]
      : []),
  ]
  return settled(all, () => ({
    kind: 'list',
    query: chosen(parameters, ['subject', 'client', 'host', 'issuer']),
    page: { limit: limit ?? DEFAULT_LIMIT, ...(after === undefined ? {} : { after }) },
  }))
}

const NOTHING_CHOSEN = problem(
  'subject',
  'or client or everything=true must say what is to end: nothing is ended without being named',
)

const selectorProblems = (parameters: Parameters): readonly ParameterProblem[] => {
  const everything = parameters.get('everything')
  const [subject, client] = [parameters.has('subject'), parameters.has('client')]
  if (everything === undefined && !subject && !client) return [NOTHING_CHOSEN]
  return [
    ...(everything === undefined || everything === 'true'
      ? []
      : [problem('everything', 'must be true, or left out')]),
    ...(everything !== undefined && parameters.size > 1
      ? [problem('everything', 'cannot be joined with others: name what is to end, or everything')]
      : []),
    ...(parameters.has('issuer') && !subject ? [problem('issuer', 'needs subject beside it')] : []),
  ]
}

const selectorOf = (parameters: Parameters): SessionSelector => {
  const { subject, ...rest } = chosen(parameters, ['subject', 'issuer', 'client'])
  if (subject !== undefined) return { kind: 'subject', subject, ...rest }
  return rest.client === undefined
    ? { kind: 'everything' }
    : { kind: 'client', client: rest.client }
}

const parseEnd = (query: string): ParsedOperation => {
  const { parameters, problems } = parseParameters(query, [
    'subject',
    'issuer',
    'client',
    'everything',
  ])
  const all = [
    ...problems,
    ...clientProblems(parameters),
    ...(problems.length === 0 ? selectorProblems(parameters) : []),
  ]
  return settled(all, () => ({ kind: 'end', selector: selectorOf(parameters) }))
}

const parseOne = (method: string, id: string, query: string): ParsedOperation =>
  settled(parseParameters(query, []).problems, () =>
    method === 'GET' ? { kind: 'show', id } : { kind: 'end', selector: { kind: 'session', id } },
  )

/** What a request line asks for. Everything that is wrong with it is found at once. */
export const parseOperation = (method: string, target: string): ParsedOperation => {
  const mark = target.indexOf('?')
  const path = mark < 0 ? target : target.slice(0, mark)
  const query = mark < 0 ? '' : target.slice(mark + 1)
  const id = ONE.exec(path)?.groups?.id
  if (path !== COLLECTION && id === undefined) return { kind: 'not_found' }
  if (method !== 'GET' && method !== 'DELETE') return { kind: 'wrong_method', allow: 'GET, DELETE' }
  if (id !== undefined) return parseOne(method, id, query)
  return method === 'GET' ? parseList(query) : parseEnd(query)
}
