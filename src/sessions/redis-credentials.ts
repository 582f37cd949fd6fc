import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import { Fault } from '../core/fault.ts'

/** The files that prove who we are to Redis, and Redis to us. */
export interface RedisCredentialFiles {
  readonly usernameFile?: string | undefined
  readonly passwordFile?: string | undefined
  readonly tls?:
    | {
        readonly caFile?: string | undefined
        readonly certFile?: string | undefined
        readonly keyFile?: string | undefined
      }
    | undefined
}

/** What the files held. */
export interface RedisCredentials {
  readonly username?: string
  readonly password?: string
  readonly secureContext?: SecureContext
}

const read = (option: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new Fault('session_store_unavailable', `sessions.redis.${option} cannot be read: ${path}`)
  }
}

const secureContext = (files: RedisCredentialFiles['tls']): SecureContext | undefined => {
  if (files === undefined) return undefined
  const { caFile, certFile, keyFile } = files
  const options = {
    ...(caFile === undefined ? {} : { ca: read('tls.caFile', caFile) }),
    ...(certFile === undefined ? {} : { cert: read('tls.certFile', certFile) }),
    ...(keyFile === undefined ? {} : { key: read('tls.keyFile', keyFile) }),
  }
  try {
    return createSecureContext(options)
  } catch {
    throw new Fault(
      'session_store_unavailable',
      'The files of sessions.redis.tls are not a certificate in PEM and the key that belongs to it.',
    )
  }
}

/**
 * Reads the files as they are now; a line end after a name or password does not count. @throws
 * Fault that names the option
 */
export const readRedisCredentials = (files: RedisCredentialFiles): RedisCredentials => {
  const { usernameFile, passwordFile } = files
  const context = secureContext(files.tls)
  const username = usernameFile === undefined ? undefined : read('usernameFile', usernameFile)
  const password = passwordFile === undefined ? undefined : read('passwordFile', passwordFile)
  return {
    ...(username === undefined ? {} : { username: username.trimEnd() }),
    ...(password === undefined ? {} : { password: password.trimEnd() }),
    ...(context === undefined ? {} : { secureContext: context }),
  }
}
