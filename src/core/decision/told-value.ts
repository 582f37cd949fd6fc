import type { Claims, Identity, Json } from '../identity/identity.ts'
import type { Told } from '../policy/told.ts'

/** The value at a path into the claims; `undefined` where a level is missing or not an object. */
export const claimAt = (claims: Claims, path: readonly string[]): Json | undefined => {
  let value: Json | undefined = claims
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const level = value as Claims
    value = Object.hasOwn(level, name) ? level[name] : undefined
  }
  return value
}

/**
 * What is told about an identity; `undefined`: nothing, as where an expression fails, or looks at
 * the request (asked-headers.ts).
 */
export const toldValue = (told: Told, identity: Identity): Json | undefined => {
  switch (told.kind) {
    case 'claim':
      return claimAt(identity.claims, told.path)
    case 'expression': {
      if (told.expression.looksAt === 'request') return undefined
      const outcome = told.expression.evaluate(identity)
      return outcome.kind === 'value' ? outcome.value : undefined
    }
    case 'text':
      return told.text
  }
}
