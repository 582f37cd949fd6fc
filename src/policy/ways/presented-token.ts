import type { Request } from '../../core/request/request.ts'
import { type BearerToken, createFindToken, type TakesTokens } from './bearer-token.ts'

/**
 * The token that a request shows to methods which check what binds it: with the scheme `DPoP`, or
 * as any bearer does.
 */
export type PresentedToken<Method> = BearerToken<Method> & { readonly scheme?: 'DPoP' }

/** Finds the token that some methods may take. */
export type FindPresented<Method> = (request: Request) => PresentedToken<Method>

const DPOP = /^dpop(?: +([\x21-\x2b\x2d-\x7e]+))?[ \t]*$/i
const CLAIMS_TO_BE_ONE = /^dpop(?:[ \t]|$)/i

/**
 * The token of an `Authorization` with the scheme `DPoP` (RFC 9449 section 7.1), something that is
 * not one, or none.
 */
export const dpopTokenOf = (request: Request): string | 'malformed' | undefined => {
  const header = request.header('authorization')
  if (header === undefined || !CLAIMS_TO_BE_ONE.test(header)) return undefined
  return DPOP.exec(header)?.[1] ?? 'malformed'
}

const isInAuthorization = ({ from }: TakesTokens): boolean =>
  from === undefined || from.some(({ kind, name }) => kind === 'header' && name === 'authorization')

const NOT_ONE = {
  kind: 'malformed',
  detail: 'The authorization header does not hold one token after DPoP.',
  scheme: 'DPoP',
} as const

const IN_TWO_PLACES = {
  kind: 'malformed',
  detail: 'There are tokens in two places: one in the authorization header, as DPoP.',
  scheme: 'DPoP',
} as const

/**
 * Looks wherever the methods of a rule take tokens from; with the scheme `DPoP` that is
 * `Authorization` alone. A token that came as `Bearer` costs nothing more. Beside a token that any
 * member of the rule would take, one with the scheme `DPoP` is a second one. `takesBound`: whether
 * these methods take it where it is the only one.
 */
export const createFindPresented = <Method extends TakesTokens>(
  methods: readonly Method[],
  rivals: readonly TakesTokens[] = [],
  takesBound = true,
): FindPresented<Method> => {
  const find = createFindToken(methods, rivals)
  const all: readonly TakesTokens[] = [...methods, ...rivals]
  if (!all.some(isInAuthorization)) return find
  const findAny = createFindToken(all)
  const here = takesBound ? methods.filter(isInAuthorization) : []
  return (request) => {
    const found = find(request)
    if (found.kind === 'one' && !found.moved) return found
    const token = dpopTokenOf(request)
    if (token === undefined) return found
    if (findAny(request).kind !== 'none') return IN_TWO_PLACES
    if (here.length === 0) return found
    if (token === 'malformed') return NOT_ONE
    return { kind: 'one', token, methods: here, moved: false, scheme: 'DPoP' }
  }
}
