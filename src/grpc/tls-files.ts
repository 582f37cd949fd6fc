import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContextOptions, type Server } from 'node:tls'

/**
 * PEM files of the server. With `clientCaFile` only peers with a certificate of that authority are
 * served.
 */
export interface TlsFiles {
  readonly certFile: string
  readonly keyFile: string
  readonly clientCaFile?: string
  /** Hears the certificate, in PEM, that is used from now on. */
  readonly onUse?: (certificate: Buffer) => void
  /** Hears why files that were read again are not used. */
  readonly onRefused?: (why: string) => void
}

const REREAD_MS = 30_000

/**
 * Reads all files and makes sure that they fit together.
 * @throws Error if one cannot be read or the key does not belong to the certificate.
 */
export const readTlsFiles = async (files: TlsFiles): Promise<SecureContextOptions> => {
  const [cert, key, ca] = await Promise.all([
    readFile(files.certFile),
    readFile(files.keyFile),
    files.clientCaFile === undefined ? undefined : readFile(files.clientCaFile),
  ])
  const options = { cert, key, ...(ca === undefined ? {} : { ca }) }
  createSecureContext(options)
  files.onUse?.(cert)
  return options
}

/**
 * Reads the files again every half minute until the server closes. Files that cannot be read or do
 * not fit together, as in the middle of a rotation, change nothing: the last good ones stay in use.
 */
export const followTlsFiles = (server: Server, files: TlsFiles): void => {
  const reread = async (): Promise<void> => {
    try {
      server.setSecureContext(await readTlsFiles(files))
    } catch (error) {
      files.onRefused?.(error instanceof Error ? error.message : String(error))
    }
  }
  const rereading = setInterval(reread, REREAD_MS).unref()
  server.once('close', () => clearInterval(rereading))
}
