import { execFile } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import { temporaryFolder } from './temporary-folder.ts'

/**
 * A certificate authority and one certificate, good for servers and clients, as files and as text.
 */
export interface Certificates {
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
  readonly caPem: string
  readonly certPem: string
  readonly keyPem: string
  /** SHA-256 of the server's public key in base64: what Chromium can be told to trust. */
  readonly publicKeyHash: string
  /** Removes the files. */
  readonly remove: () => Promise<void>
}

const run = promisify(execFile)

const alternativeName = (name: string): string => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`

/** A configuration of our own, so that the defaults of the machine's OpenSSL change nothing. */
const configuration = (names: readonly string[]): string => `
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = ${names.map(alternativeName).join(', ')}
`

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30']

/**
 * Makes a certificate authority and a server certificate for exactly these names and addresses.
 * Name every host: browsers and OpenSSL refuse a wildcard directly below a top-level name, such as
 * `*.localhost`.
 */
export const createCertificates = async (names: readonly string[]): Promise<Certificates> => {
  const folder = await temporaryFolder('tls')
  const file = (name: string): string => `${folder.path}/${name}`
  const files = {
    caFile: file('ca.pem'),
    certFile: file('server.pem'),
    keyFile: file('server-key.pem'),
  }
  const request = ['req', '-x509', '-config', file('openssl.cnf'), ...NEW_KEY]
  const authority = ['-subj', '/CN=Sallyport test authority', '-extensions', 'authority']
  const server = ['-subj', `/CN=${names[0] ?? 'localhost'}`, '-extensions', 'server']
  const caKeyFile = file('ca-key.pem')

  await writeFile(file('openssl.cnf'), configuration(names))
  await run('openssl', [...request, ...authority, '-keyout', caKeyFile, '-out', files.caFile])
  const signedByAuthority = ['-CA', files.caFile, '-CAkey', caKeyFile]
  const output = ['-keyout', files.keyFile, '-out', files.certFile]
  await run('openssl', [...request, ...server, ...signedByAuthority, ...output])

  const certPem = await readFile(files.certFile, 'utf8')
  const publicKey = new X509Certificate(certPem).publicKey.export({ type: 'spki', format: 'der' })
  return {
    ...files,
    caPem: await readFile(files.caFile, 'utf8'),
    certPem,
    keyPem: await readFile(files.keyFile, 'utf8'),
    publicKeyHash: createHash('sha256').update(publicKey).digest('base64'),
    remove: folder.remove,
  }
}

/**
 * A certificate that its own key signed, valid for so many days; -1 makes one that expired
 * yesterday. `newKey`: of what kind, as OpenSSL is told.
 */
export const createSelfSigned = async (
  name: string,
  days: number,
  newKey: readonly string[] = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
): Promise<{ readonly cert: string; readonly key: string }> => {
  const { path, remove } = await temporaryFolder('self-signed')
  const file = (part: string): string => `${path}/${part}`
  const made = ['-keyout', file('key'), '-out', file('request'), '-subj', `/CN=${name}`]
  const keys = ['-newkey', ...newKey, '-nodes']
  await run('openssl', ['req', '-new', ...keys, ...made])
  const signing = ['-req', '-in', file('request'), '-signkey', file('key'), '-days', String(days)]
  await run('openssl', ['x509', ...signing, '-out', file('cert')])
  const [cert, key] = await Promise.all(['cert', 'key'].map((one) => readFile(file(one), 'utf8')))
  await remove()
  return { cert: cert ?? '', key: key ?? '' }
}
