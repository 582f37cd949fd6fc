import { findCookie } from '../../core/cookie/cookie.ts'
import type { TokenPlace } from '../../core/policy/applications.ts'
import { valuesIn } from '../../core/request/query.ts'
import type { Request } from '../../core/request/request.ts'
import { bearerOf } from './bearer.ts'

/** A method that takes tokens; absent: from `authorization`. */
export interface TakesTokens {
  readonly from?: readonly TokenPlace[]
}

/** The bearer credential of a request: one token, something that is not one, or none. */
export type BearerToken<Method> =
  | { readonly kind: 'none' }
  /** `moved`: it is not in `authorization`, and so does not reach the upstream by itself. */
  | {
      readonly kind: 'one'
      readonly token: string
      readonly methods: readonly Method[]
      readonly moved: boolean
    }
  /** `detail`: for the log, without the token. */
  | { readonly kind: 'malformed'; readonly detail: string }

/** Finds the token that some methods may take (RFC 6750 section 2). */
export type FindToken<Method> = (request: Request) => BearerToken<Method>

const NONE: BearerToken<never> = { kind: 'none' }

const BEARER = /^bearer +([\x21-\x2b\x2d-\x7e]+)$/i
const TOKEN = /^[\x21-\x2b\x2d-\x7e]+$/

const AUTHORIZATION: TokenPlace = { kind: 'header', name: 'authorization' }

const isAuthorization = ({ kind, name }: TokenPlace): boolean =>
  kind === AUTHORIZATION.kind && name === AUTHORIZATION.name

const NOT_ONE: BearerToken<never> = {
  kind: 'malformed',
  detail: 'The authorization header does not hold one token.',
}

const inAuthorization = <Method>(
  request: Request,
  methods: readonly Method[],
): BearerToken<Method> => {
  const token = bearerOf(request)
  if (token === undefined) return NONE
  return token === 'malformed' ? NOT_ONE : { kind: 'one', token, methods, moved: false }
}

/** Every value at a place, as it was sent; an empty one is none. */
const valuesAt = (request: Request, { kind, name }: TokenPlace): readonly string[] | 'unclear' => {
  switch (kind) {
    case 'header': {
      const value = request.header(name)
      return value === undefined ? [] : [value]
    }
    case 'cookie': {
      const found = findCookie(request.header('cookie'), name)
      if (found.kind === 'absent') return []
      return found.kind === 'one' ? [found.value] : 'unclear'
    }
    case 'query':
      return valuesIn(request.path.query, name)
  }
}

const WORDS = { header: 'header', cookie: 'cookie', query: 'query parameter' } as const

const inPlace = <Method>(
  request: Request,
  place: TokenPlace,
  methods: readonly Method[],
): BearerToken<Method> => {
  const values = valuesAt(request, place)
  const sent = values === 'unclear' ? values : values.filter((value) => value !== '')
  const [value] = sent
  if (value === undefined) return NONE
  const token = BEARER.exec(value)?.[1] ?? value
  if (sent.length === 1 && TOKEN.test(token)) return { kind: 'one', token, methods, moved: true }
  const detail = `The ${WORDS[place.kind]} ${place.name} does not hold one token.`
  return { kind: 'malformed', detail }
}

interface Taken<Method> {
  readonly place: TokenPlace
  readonly methods: readonly Method[]
}

const takenPlaces = <Method extends TakesTokens>(
  methods: readonly Method[],
  rivals: readonly TakesTokens[],
): readonly Taken<Method>[] => {
  const taken = new Map<string, Taken<Method>>()
  const note = ({ from = [AUTHORIZATION] }: TakesTokens, taking: readonly Method[]): void => {
    for (const place of from) {
      const key = `${place.kind} ${place.name}`
      const before = taken.get(key)?.methods ?? []
      taken.set(key, { place, methods: [...before, ...taking] })
    }
  }
  for (const method of methods) note(method, [method])
  for (const rival of rivals) note(rival, [])
  return [...taken.values()]
}

const listed = (places: readonly Taken<unknown>[]): string =>
  places.map(({ place }) => `the ${WORDS[place.kind]} ${place.name}`).join(' and ')

/**
 * Looks wherever the methods of a rule take tokens from. Two tokens are none, equal ones too: one
 * part of a system would take the one, and another part the other. `rivals`: other methods of the
 * rule that take tokens; what is found where they alone look is none of these, and a second token.
 */
export const createFindToken = <Method extends TakesTokens>(
  methods: readonly Method[],
  rivals: readonly TakesTokens[] = [],
): FindToken<Method> => {
  const places = takenPlaces(methods, rivals)
  const [first] = places
  if (first === undefined) return () => NONE
  if (places.length === 1 && isAuthorization(first.place)) {
    return (request) => inAuthorization(request, methods)
  }
  const look = (
    request: Request,
    { place, methods: taking }: Taken<Method>,
  ): BearerToken<Method> =>
    isAuthorization(place) ? inAuthorization(request, taking) : inPlace(request, place, taking)
  return (request) => {
    const found = places.map((one) => look(request, one))
    const there = places.filter((_, index) => found[index]?.kind !== 'none')
    if (there.length > 1) {
      return { kind: 'malformed', detail: `There are tokens in two places: ${listed(there)}.` }
    }
    const one = found.find(({ kind }) => kind !== 'none') ?? NONE
    return there[0]?.methods.length === 0 ? NONE : one
  }
}
