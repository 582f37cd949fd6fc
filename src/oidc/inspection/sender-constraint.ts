import type { Client } from '../../core/registration/client.ts'
import { bindingDoubt } from '../binding/offered-binding.ts'
import type { ProviderMetadata } from '../provider/metadata.ts'
import { type Finding, finding } from './finding.ts'

/** Whether a provider binds tokens as a client asks for it; nothing where that asks for nothing. */
export const inspectSenderConstraint = (
  client: Pick<Client, 'senderConstrained'>,
  metadata: Pick<ProviderMetadata, 'offers'>,
): readonly Finding[] => {
  const { senderConstrained } = client
  if (senderConstrained === 'None') return []
  const doubt = bindingDoubt(client, metadata)
  if (doubt !== undefined) {
    return [finding('binding', doubt.isCertain ? 'problem' : 'warning', doubt.why)]
  }
  const what = senderConstrained === 'DPoP' ? 'a key of each session' : 'the certificate'
  const text = `Access tokens are to be bound to ${what} (\`senderConstrained\`), which the metadata offer`
  return [finding('binding', 'well', text)]
}
