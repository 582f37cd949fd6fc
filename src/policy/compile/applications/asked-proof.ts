import type { AskedProof } from '../../../core/policy/policy.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'

/** What a member that takes tokens says of proofs. */
interface Written {
  readonly proof?: 'Any' | 'DPoP' | 'MutualTLS'
  readonly dpop?: { readonly nonce?: 'Off' | 'Require' }
  readonly from?: readonly { readonly header?: string }[]
}

const ELSEWHERE =
  'Tokens that are bound by DPoP come in `Authorization` alone, where `from` does not look: add `header: authorization` to it, or remove `proof`'

/** What a member asks for of whoever shows a token. `field`: of the member. */
export const askedProofOf = (
  { proof = 'Any', dpop, from }: Written,
  field: FieldPath,
  findings: Findings,
): AskedProof => {
  const isElsewhere = from?.every(({ header }) => header !== 'authorization') === true
  if (proof === 'DPoP' && isElsewhere) findings.add([...field, 'proof'], ELSEWHERE)
  return {
    ...(proof === 'Any' ? {} : { proof }),
    ...(dpop?.nonce === 'Require' ? { nonce: true } : {}),
  }
}
