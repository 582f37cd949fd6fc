import type { BearerMethod } from '../../core/policy/policy.ts'
import type { DecryptionKey } from '../../core/registration/decryption-key.ts'
import { type Rejected, rejected } from './access-token-claims.ts'
import { createOpenToken } from './encrypted-token.ts'
import { readJwt, type UnverifiedJwt } from './jwt.ts'

/** A bearer out of its encryption, with the methods that may take it; or why it is refused. */
export type OpenedBearer =
  | {
      readonly kind: 'opened'
      readonly jwt: UnverifiedJwt | undefined
      readonly methods: readonly BearerMethod[]
    }
  | Rejected

/** Opens an encrypted bearer for some methods. */
export type OpenBearer = (token: string, methods: readonly BearerMethod[]) => Promise<OpenedBearer>

/** A token that came encrypted is for the methods alone that name the key which opened it. */
export const isOpenedFor = (
  { decryptionKeys: keys }: Pick<BearerMethod, 'decryptionKeys'>,
  { openedBy }: Pick<UnverifiedJwt, 'openedBy'>,
): boolean =>
  openedBy === undefined ||
  keys?.some(({ privateKeyPem }) => privateKeyPem === openedBy.privateKeyPem) === true

const NOTHING_OPENS = rejected(
  'token_encrypted',
  'The token is encrypted, and no `bearer.decryptionKeyRef` of the rule names a key.',
)

/** The keys that methods open tokens with, each once. */
const keysOf = (methods: readonly BearerMethod[]): readonly DecryptionKey[] => [
  ...new Map(
    methods.flatMap(({ decryptionKeys = [] }) =>
      decryptionKeys.map((key) => [key.privateKeyPem, key] as const),
    ),
  ).values(),
]

/**
 * What a key opens is read as if it had come bare, and is still to be verified.
 * @throws Fault `provider_misconfigured` if no key can be used.
 */
export const createOpenBearer = (): OpenBearer => {
  const open = createOpenToken()
  return async (token, methods) => {
    const keys = keysOf(methods)
    if (keys.length === 0) return NOTHING_OPENS
    const opened = await open(token, keys, '`bearer.decryptionKeyRef`')
    if (opened.kind === 'refused') return rejected('token_undecryptable', opened.detail)
    const { by: openedBy } = opened
    const jwt = readJwt(opened.compact)
    return {
      kind: 'opened',
      jwt: jwt && { ...jwt, openedBy },
      methods: methods.filter((method) => isOpenedFor(method, { openedBy })),
    }
  }
}
