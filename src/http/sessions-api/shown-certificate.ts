import { TLSSocket } from 'node:tls'

/** A client certificate that can be trusted. */
export interface ShownCertificate {
  /** What audit lines say. */
  readonly name: string
  /** What it says of its holder, each with its kind: `CN=alice`, `URI:spiffe://…`. */
  readonly identities: readonly string[]
}

const KINDS = /^(?:DNS|URI|email):/

/**
 * The alternative names. What holds a comma or a quote comes quoted from Node.js, and is nobody: so
 * a comma always ends a name.
 */
const alternativesOf = (text: string | undefined): readonly string[] =>
  (text ?? '').split(', ').filter((one) => KINDS.test(one) && !one.includes('"'))

/** The certificate that a connection has shown; `undefined` without one that can be trusted. */
export const shownCertificate = (socket: object): ShownCertificate | undefined => {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const { subject, fingerprint256, subjectaltname } = socket.getPeerCertificate()
  if (fingerprint256 === undefined) return undefined
  const names = [subject?.CN].flat().filter((one) => one !== undefined && one !== '')
  return {
    name: names[0] ?? `certificate ${fingerprint256}`,
    identities: [...names.map((name) => `CN=${name}`), ...alternativesOf(subjectaltname)],
  }
}
