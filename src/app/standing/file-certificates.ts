import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { Config } from '../../config/config.ts'
import type { TlsFiles } from '../../grpc/tls-files.ts'
import type { Logger } from '../../observability/logger.ts'

/** When a certificate expires that the process shows. */
export interface FileCertificate {
  /** The field that names its file. */
  readonly field: string
  readonly expiresAtMs: number
}

/** The certificates in the files of the configuration: those that are used, whatever is written. */
export interface FileCertificates {
  readonly fileCertificates: () => readonly FileCertificate[]
  /** The same files of a server, which tell of their certificate, and of what is not used. */
  readonly followed: (field: string, files: TlsFiles) => TlsFiles
}

const FIELDS = ['grpc.tls', 'adminApi.tls', 'sessions.redis.tls', 'sessions.redis.sentinel.tls']

const filesOfRedis = ({ sessions: { store } }: Config) => {
  const redis = store.kind === 'redis' ? store : undefined
  return [
    { field: 'sessions.redis.tls', ...redis?.tls },
    { field: 'sessions.redis.sentinel.tls', ...redis?.sentinel?.tls },
  ]
}

const pairIn = (certFile: string, keyFile: string): Buffer | undefined => {
  try {
    const [cert, key] = [readFileSync(certFile), readFileSync(keyFile)]
    createSecureContext({ cert, key })
    return cert
  } catch {
    return undefined
  }
}

/**
 * A server says which certificate it uses. Those for Redis are read with their keys when they are
 * asked for, as each new connection does. Files that cannot be used change nothing: the last pair
 * that could stays in use, and is what is told.
 */
export const createFileCertificates = (
  config: Config,
  logger: Pick<Logger, 'warn'>,
): FileCertificates => {
  const expiries = new Map<string, number>()
  const note = (field: string, pem: Buffer): void =>
    void expiries.set(field, new X509Certificate(pem).validToDate.getTime())

  const readForRedis = (): void => {
    for (const { field, certFile, keyFile } of filesOfRedis(config)) {
      if (certFile === undefined || keyFile === undefined) continue
      const pem = pairIn(certFile, keyFile)
      if (pem !== undefined) note(field, pem)
    }
  }

  return {
    fileCertificates: () => {
      readForRedis()
      return FIELDS.flatMap((field) => {
        const expiresAtMs = expiries.get(field)
        return expiresAtMs === undefined ? [] : [{ field, expiresAtMs }]
      })
    },
    followed: (field, files) => {
      let told: string | undefined
      return {
        ...files,
        onUse: (pem) => {
          told = undefined
          note(field, pem)
        },
        onRefused: (why) => {
          if (why === told) return
          told = why
          logger.warn(
            `${field}: the files cannot be used as they are now (${why}): the certificate and the key that were read before stay in use. Make sure that certFile and keyFile are one pair, and that each file can be read.`,
          )
        },
      }
    },
  }
}
