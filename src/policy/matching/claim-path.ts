import { type Checked, right, wrong } from './checked.ts'

const MAX_LEVELS = 16

const unescapePointer = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~')

/**
 * The names, one per level, of a path into the claims: dotted (`realm_access.roles`), or a JSON
 * pointer (RFC 6901) for names that hold dots or slashes (`/https:~1~1example.com~1roles`).
 */
export const parseClaimPath = (text: string): Checked<readonly string[]> => {
  const pointer = text.startsWith('/')
  if (pointer && /~(?![01])/.test(text)) {
    return wrong('holds a `~` that is neither `~0` (for `~`) nor `~1` (for `/`)')
  }
  const names = pointer ? text.slice(1).split('/').map(unescapePointer) : text.split('.')
  if (names.includes('')) return wrong('has an empty level: write names with one separator between')
  if (names.length > MAX_LEVELS) return wrong(`is deeper than ${MAX_LEVELS} levels`)
  return right(names)
}
