import { ended } from '../../core/wording/ended.ts'
/** What was looked at. */
export type Check =
  | 'name'
  | 'addresses'
  | 'proxy'
  | 'tls'
  | 'metadata'
  | 'issuer'
  | 'endpoints'
  | 'keys'
  | 'algorithms'
  | 'pkce'
  | 'authentication'
  | 'scopes'
  | 'requests'
  | 'profile'
  | 'registration'
  | 'credentials'
  | 'certificate'
  | 'client keys'
  | 'decryption'
  | 'binding'
  | 'claim sources'
  | 'clock'
  | 'note'

/** One thing that was looked at, and what was found. */
export interface Finding {
  readonly check: Check
  /**
   * `problem`: somebody cannot sign in, or a token is refused; `warning`: it may come to that;
   * `unknown`: it could not be looked at.
   */
  readonly state: 'well' | 'warning' | 'problem' | 'unknown'
  /** A sentence, which says what to do where that is needed. Never holds a secret. */
  readonly message: string
}

/** A first word gets its capital; a name, a field or a URL stays as it is. */
const sentence = (text: string): string =>
  ended(text.replace(/^[a-z](?=[a-z]*[ ,])/, (letter) => letter.toUpperCase()))

/** Builds a finding. */
export const finding = (check: Check, state: Finding['state'], text: string): Finding => ({
  check,
  state,
  message: sentence(text),
})

/** Whether somebody cannot sign in for it, or a token is refused. */
export const isProblem = ({ state }: Pick<Finding, 'state'>): boolean => state === 'problem'

/** The same about the object that is being looked at, whose name need not be said again. */
export const aboutItself = (name: string, found: Finding): Finding =>
  found.message.startsWith(`${name}: `)
    ? finding(found.check, found.state, found.message.slice(name.length + 2))
    : found
