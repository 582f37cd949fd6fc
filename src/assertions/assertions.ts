import type { Assertion, Assertions } from '../core/assertion/assertions.ts'
import type { KeySet } from '../core/assertion/key-set.ts'
import type { Identity } from '../core/identity/identity.ts'
import type { AssertionTerms } from '../core/policy/upstream.ts'
import { Fault } from '../core/reason/fault.ts'
import type { Random } from '../core/time/random.ts'
import { withinBudget } from '../core/time/within-budget.ts'
import { type LookingAfterDeps, lookAfterKeys } from './looked-after-keys.ts'
import type { SigningKey } from './signing-key.ts'
import { statementOf } from './statement.ts'

/** What signing takes. */
export interface SigningDeps extends LookingAfterDeps {
  /** `iss`. */
  readonly issuer: string
  readonly random: Random
  /** Hears of each assertion, and of each that could not be made. */
  readonly onSigned: (outcome: 'signed' | 'unavailable') => void
}

/** Signs, and looks after the keys. */
export interface Signing extends Assertions {
  readonly keySet: () => KeySet
  /** A sentence while keys cannot be looked after. */
  readonly trouble: () => string | undefined
  /** Ends looking after keys. */
  readonly close: () => void
}

const ID_BYTES = 16

const base64url = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * A JWS in the compact form (RFC 7515 section 7.1). `typ` is `JWT`, which every verifier takes:
 * what an assertion is good for is said by its issuer, whose keys sign nothing else.
 */
const signed = ({ algorithm, publicJwk, sign }: SigningKey, claims: object): string => {
  const header = { alg: algorithm, kid: publicJwk.kid, typ: 'JWT' }
  const input = `${base64url(header)}.${base64url(claims)}`
  return `${input}.${sign(Buffer.from(input))}`
}

const noKey = (problem: string): Fault =>
  new Fault(
    'assertion_key_unavailable',
    `There is no key to sign an assertion with yet: ${problem}`,
  )

const spent = (): Fault => noKey('the session store did not answer within the budget of the check.')

/**
 * Signs assertions with keys that all replicas share. Begins to look after the keys at once; who
 * asks before there are any waits for them within its budget.
 */
export const createSigning = (deps: SigningDeps): Signing => {
  const { clock, random, issuer } = deps
  const keys = lookAfterKeys('The keys of assertions', deps)

  const make = (key: SigningKey, terms: AssertionTerms, identity: Identity): Assertion => {
    const nowMs = clock.nowMs()
    const context = { issuer, nowMs, id: random.token(ID_BYTES) }
    const statement = statementOf(terms, identity, context)
    const token = signed(key, statement)
    deps.onSigned('signed')
    return { token, issuedAtMs: nowMs, expiresAtMs: statement.exp * 1_000 }
  }

  const refuse = (fault: Fault): never => {
    deps.onSigned('unavailable')
    throw fault
  }

  const makeNow = (terms: AssertionTerms, identity: Identity): Assertion => {
    const key = keys.signer()
    return key === undefined
      ? refuse(noKey(keys.problem() ?? 'none could be opened.'))
      : make(key, terms, identity)
  }

  return {
    sign: (terms, identity, budget) => {
      const key = keys.signer()
      if (key !== undefined) return make(key, terms, identity)
      if (keys.problem() !== undefined) return makeNow(terms, identity)
      return withinBudget(keys.begun, budget, spent).then(() => makeNow(terms, identity), refuse)
    },
    keySet: () => {
      const published = keys.published()
      return published.length === 0 ? { kind: 'unavailable' } : { kind: 'keys', keys: published }
    },
    trouble: () => {
      const problem = keys.problem()
      return problem === undefined
        ? undefined
        : `The keys of assertions cannot be looked after: ${problem}`
    },
    close: keys.close,
  }
}
