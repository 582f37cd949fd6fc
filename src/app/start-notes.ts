import type { Config } from '../config/config.ts'

/** What is allowed although it is dangerous, in sentences for the log of every start. */
export const startNotes = ({
  outbound,
  credentials,
}: Pick<Config, 'outbound' | 'credentials'>): readonly string[] => [
  ...(outbound.allowInsecureIssuers
    ? [
        'Providers may be reached over http (outbound.allowInsecureIssuers): whoever can change that traffic can sign in as anybody. For trials only.',
      ]
    : []),
  ...(credentials.allowPasswordGrant
    ? [
        'Routes may take passwords of people (credentials.allowPasswordGrant), which RFC 9700 section 2.4 forbids. For migrations only.',
      ]
    : []),
]
