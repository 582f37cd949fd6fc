import { findCookie } from '../../core/cookie/cookie.ts'
import type { TokenPlace } from '../../core/policy/applications.ts'
import type { BearerMethod } from '../../core/policy/policy.ts'
import { valuesIn } from '../../core/request/query.ts'
import type { Request } from '../../core/request/request.ts'
import { bearerOf } from './bearer.ts'

/** The bearer credential of a request: one token, something that is not one, or none. */
export type BearerToken =
  | { readonly kind: 'none' }
  /** `moved`: it is not in `authorization`, and so does not reach the upstream by itself. */
  | {
      readonly kind: 'one'
      readonly token: string
      readonly methods: readonly BearerMethod[]
      readonly moved: boolean
    }
  /** `detail`: for the log, without the token. */
  | { readonly kind: 'malformed'; readonly detail: string }

/** Finds the token that some methods may take (RFC 6750 section 2). */
export type FindToken = (request: Request) => BearerToken

const NONE: BearerToken = { kind: 'none' }

const BEARER = /^bearer +([\x21-\x2b\x2d-\x7e]+)$/i
const TOKEN = /^[\x21-\x2b\x2d-\x7e]+$/

const AUTHORIZATION: TokenPlace = { kind: 'header', name: 'authorization' }

const isAuthorization = ({ kind, name }: TokenPlace): boolean =>
  kind === AUTHORIZATION.kind && name === AUTHORIZATION.name

const NOT_ONE: BearerToken = {
  kind: 'malformed',
  detail: 'The authorization header does not hold one token.',
}

const inAuthorization = (request: Request, methods: readonly BearerMethod[]): BearerToken => {
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

const inPlace = (
  request: Request,
  place: TokenPlace,
  methods: readonly BearerMethod[],
): BearerToken => {
  const values = valuesAt(request, place)
  const sent = values === 'unclear' ? values : values.filter((value) => value !== '')
  const [value] = sent
  if (value === undefined) return NONE
  const token = BEARER.exec(value)?.[1] ?? value
  if (sent.length === 1 && TOKEN.test(token)) return { kind: 'one', token, methods, moved: true }
  const detail = `The ${WORDS[place.kind]} ${place.name} does not hold one token.`
  return { kind: 'malformed', detail }
}

interface Taken {
  readonly place: TokenPlace
  readonly methods: readonly BearerMethod[]
}

const takenPlaces = (methods: readonly BearerMethod[]): readonly Taken[] => {
  const taken = new Map<string, Taken>()
  for (const method of methods) {
    for (const place of method.from ?? [AUTHORIZATION]) {
      const key = `${place.kind} ${place.name}`
      const before = taken.get(key)?.methods ?? []
      taken.set(key, { place, methods: [...before, method] })
    }
  }
  return [...taken.values()]
}

const listed = (places: readonly Taken[]): string =>
  places.map(({ place }) => `the ${WORDS[place.kind]} ${place.name}`).join(' and ')

/**
 * Looks wherever the methods of a rule take tokens from. Two tokens are none, equal ones too: one
 * part of a system would take the one, and another part the other.
 */
export const createFindToken = (methods: readonly BearerMethod[]): FindToken => {
  const places = takenPlaces(methods)
  const [first] = places
  if (first === undefined) return () => NONE
  if (places.length === 1 && isAuthorization(first.place)) {
    return (request) => inAuthorization(request, methods)
  }
  const look = (request: Request, { place, methods: taking }: Taken): BearerToken =>
    isAuthorization(place) ? inAuthorization(request, taking) : inPlace(request, place, taking)
  return (request) => {
    const found = places.map((one) => look(request, one))
    const there = places.filter((_, index) => found[index]?.kind !== 'none')
    if (there.length > 1) {
      return { kind: 'malformed', detail: `There are tokens in two places: ${listed(there)}.` }
    }
    return found.find(({ kind }) => kind !== 'none') ?? NONE
  }
}
