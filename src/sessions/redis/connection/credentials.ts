import { readFileSync } from 'node:fs'
import { type ConnectionOptions, createSecureContext, type SecureContext } from 'node:tls'
import { Fault } from '../../../core/reason/fault.ts'
import { withoutLineEnd } from './line-end.ts'
import type { RedisCredentialFiles, RedisTls } from './settings.ts'

/** Who we are to one kind of server, and how we reach it. */
export interface RedisCredentials {
  readonly username?: string
  readonly password?: string
  /** Present: TLS. */
  readonly tls?: ConnectionOptions
}

const read = (option: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new Fault('session_store_unavailable', `${option} cannot be read: ${path}`)
  }
}

const secureContext = (option: string, { caFile, certFile, keyFile }: RedisTls): SecureContext => {
  const options = {
    ...(caFile === undefined ? {} : { ca: read(`${option}.caFile`, caFile) }),
    ...(certFile === undefined ? {} : { cert: read(`${option}.certFile`, certFile) }),
    ...(keyFile === undefined ? {} : { key: read(`${option}.keyFile`, keyFile) }),
  }
  try {
    return createSecureContext(options)
  } catch {
    throw new Fault(
      'session_store_unavailable',
      `The files of ${option} are not a certificate in PEM and the key that belongs to it.`,
    )
  }
}

const tlsOf = (option: string, tls: RedisTls): ConnectionOptions => ({
  secureContext: secureContext(option, tls),
  ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
})

/**
 * Reads the files as they are now; a line end after a name or password does not count. `option` is
 * where they are configured.
 * @throws Fault that names the option
 */
export const readRedisCredentials = (
  option: string,
  { usernameFile, passwordFile, tls }: RedisCredentialFiles,
): RedisCredentials => {
  const text = (name: string, path: string): string =>
    withoutLineEnd(read(`${option}.${name}`, path))
  return {
    ...(usernameFile === undefined ? {} : { username: text('usernameFile', usernameFile) }),
    ...(passwordFile === undefined ? {} : { password: text('passwordFile', passwordFile) }),
    ...(tls === undefined ? {} : { tls: tlsOf(`${option}.tls`, tls) }),
  }
}
