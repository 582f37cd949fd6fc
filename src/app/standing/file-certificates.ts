import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from '../../config/config.ts'

/** When a certificate expires that the process shows. */
export interface FileCertificate {
  /** The field that names its file. */
  readonly field: string
  readonly expiresAtMs: number
}

const filesOf = ({ grpc, adminApi, sessions: { store } }: Config) => {
  const redis = store.kind === 'redis' ? store : undefined
  return [
    { field: 'grpc.tls', file: grpc.tls?.certFile },
    { field: 'adminApi.tls', file: adminApi?.tls?.certFile },
    { field: 'sessions.redis.tls', file: redis?.tls?.certFile },
    { field: 'sessions.redis.sentinel.tls', file: redis?.sentinel?.tls?.certFile },
  ]
}

const expiryOf = (file: string): number | undefined => {
  try {
    return new X509Certificate(readFileSync(file)).validToDate.getTime()
  } catch {
    return undefined
  }
}

/**
 * The certificates in the files of the configuration, as the files are at the moment of the
 * question: a rotation that wrote another is seen, whoever serves it when. A file that cannot be
 * read says nothing.
 */
export const createFileCertificates = (config: Config): (() => readonly FileCertificate[]) => {
  const files = filesOf(config)
  return () =>
    files.flatMap(({ field, file }) => {
      const expiresAtMs = file === undefined ? undefined : expiryOf(file)
      return expiresAtMs === undefined ? [] : [{ field, expiresAtMs }]
    })
}
