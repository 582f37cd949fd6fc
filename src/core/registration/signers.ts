import type { Client } from './client.ts'
import type { SigningAlgorithm } from './provider.ts'

/** What a provider may sign with for a client. */
export const signersFor = ({
  asking,
  provider,
}: Pick<Client, 'provider'> & Partial<Pick<Client, 'asking'>>): readonly SigningAlgorithm[] =>
  asking?.profile?.algorithms ?? provider.signingAlgorithms
