import { TLSSocket } from 'node:tls'

/** A client certificate that can be trusted. */
export interface ShownCertificate {
  /** What audit lines say. */
  readonly name: string
  /** What it says of its holder, each with its kind: `CN=alice`, `URI:spiffe://…`. */
  readonly identities: readonly string[]
}

const KINDS = /^(?:DNS|URI|email):[^"]+$/

/** A name up to its comma; what holds a comma or a quote itself comes quoted from Node.js. */
const NAME = /(?:"(?:[^"\\]|\\.)*"|[^",])+/g

/** The alternative names. One that had to be quoted is nobody: it could look like several. */
const alternativesOf = (text: string | undefined): readonly string[] =>
  [...(text ?? '').matchAll(NAME)].map(([name]) => name.trim()).filter((name) => KINDS.test(name))

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
