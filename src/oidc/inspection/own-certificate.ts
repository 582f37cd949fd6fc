import type { Client } from '../../core/registration/client.ts'
import { certificateStanding } from '../../outbound/identity/own-certificate.ts'
import type { ProviderMetadata } from '../provider/metadata.ts'
import { certificateOf } from '../provider/own-ways.ts'
import { type Finding, finding } from './finding.ts'

const FIELD = '`authentication.certificateRef`'

const count = (days: number): string => {
  const whole = Math.abs(days)
  return `${whole} ${whole === 1 ? 'day' : 'days'}`
}

const ofValidity = (client: Client, nowMs: number): Finding => {
  const own = certificateOf(client)
  const standing = own === undefined ? undefined : certificateStanding(own, nowMs)
  if (standing === undefined) {
    const text = `The certificate that ${FIELD} names cannot be read: put another into the Secret`
    return finding('certificate', 'problem', text)
  }
  const { state, sentence, daysLeft } = standing
  const named = `${FIELD}: ${sentence}`
  if (state === 'valid') return finding('certificate', 'well', `${named}, in ${count(daysLeft)}`)
  const mend = 'put the next one into the Secret'
  return state === 'soon'
    ? finding('certificate', 'warning', `${named}, in ${count(daysLeft)}: ${mend}`)
    : finding('certificate', 'problem', `${named}: ${mend}`)
}

const ofPlace = ({ aliases, endpoints }: ProviderMetadata): Finding => {
  const { token = endpoints.token } = aliases
  const named = aliases.token === undefined ? 'token_endpoint' : 'mtls_endpoint_aliases'
  const text = `It is shown to ${token ?? 'no token endpoint'} (${named} of the metadata)`
  return finding('certificate', 'well', text)
}

/** How the certificate of a client stands, and where it is shown; nothing where there is none. */
export const inspectOwnCertificate = (
  client: Client,
  metadata: ProviderMetadata,
  nowMs: number,
): readonly Finding[] =>
  certificateOf(client) === undefined ? [] : [ofValidity(client, nowMs), ofPlace(metadata)]
