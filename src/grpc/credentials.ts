import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { experimental, ServerCredentials } from '@grpc/grpc-js'

/** PEM files of the server. With `clientCaFile` only peers with a certificate of that authority are served. */
export interface TlsFiles {
  readonly certFile: string
  readonly keyFile: string
  readonly clientCaFile?: string
}

interface Pems {
  readonly certificate: Buffer
  readonly privateKey: Buffer
  readonly caCertificate: Buffer | undefined
}

const REREAD_MS = 30_000

/** Reads all files and makes sure that they fit together. */
const readPems = async (files: TlsFiles): Promise<Pems> => {
  const [certificate, privateKey, caCertificate] = await Promise.all([
    readFile(files.certFile),
    readFile(files.keyFile),
    files.clientCaFile === undefined ? undefined : readFile(files.clientCaFile),
  ])
  createSecureContext({
    cert: certificate,
    key: privateKey,
    ...(caCertificate === undefined ? {} : { ca: caCertificate }),
  })
  return { certificate, privateKey, caCertificate }
}

/**
 * Hands grpc-js the current files and reads them again every half minute while the server is open. Files that cannot be
 * read or do not fit together, as in the middle of a rotation, change nothing: the last good ones stay in use. A new
 * listener is told on the next tick: grpc-js is not listening yet while it adds one.
 */
const followFiles = (files: TlsFiles, first: Pems): experimental.CertificateProvider => {
  const onCa = new Set<experimental.CaCertificateUpdateListener>()
  const onIdentity = new Set<experimental.IdentityCertificateUpdateListener>()
  let pems = first
  let rereading: NodeJS.Timeout | undefined

  const tellCa = (listener: experimental.CaCertificateUpdateListener): void => {
    if (pems.caCertificate !== undefined) listener({ caCertificate: pems.caCertificate })
  }
  const tellIdentity = (listener: experimental.IdentityCertificateUpdateListener): void =>
    listener({ certificate: pems.certificate, privateKey: pems.privateKey })
  const reread = async (): Promise<void> => {
    const next = await readPems(files).catch(() => undefined)
    if (next === undefined) return
    pems = next
    for (const listener of onCa) tellCa(listener)
    for (const listener of onIdentity) tellIdentity(listener)
  }
  const follow = (): void => {
    rereading ??= setInterval(reread, REREAD_MS).unref()
  }
  const unfollow = (): void => {
    if (onCa.size + onIdentity.size > 0) return
    clearInterval(rereading)
    rereading = undefined
  }

  return {
    addCaCertificateListener: (listener) => {
      onCa.add(listener)
      follow()
      process.nextTick(tellCa, listener)
    },
    removeCaCertificateListener: (listener) => {
      onCa.delete(listener)
      unfollow()
    },
    addIdentityCertificateListener: (listener) => {
      onIdentity.add(listener)
      follow()
      process.nextTick(tellIdentity, listener)
    },
    removeIdentityCertificateListener: (listener) => {
      onIdentity.delete(listener)
      unfollow()
    },
  }
}

/**
 * The credentials of the server: plain text without files, else TLS with the files as they are on disk, read again every
 * half minute.
 * @throws Error if a file cannot be read or the key does not belong to the certificate.
 */
export const serverCredentials = async (
  files: TlsFiles | undefined,
): Promise<ServerCredentials> => {
  if (files === undefined) return ServerCredentials.createInsecure()
  const first = await readPems(files)
  const provider = followFiles(files, first)
  const mutual = files.clientCaFile !== undefined
  return experimental.createCertificateProviderServerCredentials(
    provider,
    mutual ? provider : null,
    mutual,
  )
}
