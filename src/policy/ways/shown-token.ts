import type { Verification } from '../../core/provider/token-verifier.ts'
import type { Request } from '../../core/request/request.ts'
import type { Bounds } from '../compile/object/findings.ts'
import type { TakesTokens } from './bearer-token.ts'
import { createFindPresented } from './presented-token.ts'
import type { Shown } from './way.ts'

/** How long what a provider says of a token may count. */
export const TTL_BOUNDS: Bounds = { leastMs: 0, mostMs: 600_000 }

interface TakesShortTokens extends TakesTokens {
  readonly settings: { readonly maxBytes: number }
}

/** A bearer token, and the members that take one from where it was found. */
export interface ShownToken<Method> {
  readonly token: string
  readonly taking: readonly Method[]
}

/**
 * Looks for a token that members of one way may take. `takesBound`: with the scheme `DPoP` as well.
 */
export const createTokenFinder = <Method extends TakesShortTokens>(
  methods: readonly Method[],
  rivals: readonly TakesTokens[],
  takesBound: boolean,
): ((request: Request) => Shown<ShownToken<Method>>) => {
  const find = createFindPresented(methods, rivals, takesBound)
  return (request) => {
    const found = find(request)
    if (found.kind !== 'one') return found
    const { token, methods: taking, moved, scheme } = found
    return {
      kind: 'one',
      credential: { token, taking },
      ...(moved ? { moved: token } : {}),
      ...(scheme === undefined ? {} : { scheme }),
    }
  }
}

/** Those of the members that a token is short enough for; the refusal where there are none. */
export const shortEnough = <Method extends TakesShortTokens>(
  way: string,
  { token, taking }: ShownToken<Method>,
): readonly Method[] | Extract<Verification, { kind: 'rejected' }> => {
  const isAble = ({ settings }: Method): boolean => token.length <= settings.maxBytes
  if (taking.every(isAble)) return taking
  const able = taking.filter(isAble)
  if (able.length > 0) return able
  const most = Math.max(...taking.map(({ settings }) => settings.maxBytes))
  const detail = `The token is ${token.length} bytes long, and \`${way}.maxBytes\` takes ${most} at most.`
  return { kind: 'rejected', reason: 'token_too_large', detail }
}
