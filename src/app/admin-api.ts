import { readFileSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { watchFiles } from '../config/watch-files.ts'
import { followTlsFiles, readTlsFiles } from '../grpc/tls-files.ts'
import { type AdminToken, parseAdminTokens } from '../http/sessions-api/admin-tokens.ts'
import {
  createSessionsApi,
  type SessionsApi,
  type SessionsApiOptions,
} from '../http/sessions-api/sessions-api.ts'
import { systemTimers } from '../kubernetes/timers.ts'
import type { Logger } from '../observability/logger.ts'
import { type AdmissionDeps, admissionRulesOf } from './console/admission-rules.ts'
import { type OpenConsoleDeps, openConsole } from './console/open-console.ts'
import type { FileCertificates } from './standing/file-certificates.ts'

type AdminApiConfig = NonNullable<Config['adminApi']>

/** What the admin API needs besides its configuration. */
export interface AdminApiDeps
  extends Pick<SessionsApiOptions, 'directory' | 'newBudget' | 'clock' | 'audit'>,
    Omit<OpenConsoleDeps, 'onError' | 'data' | 'after'>,
    AdmissionDeps {
  /** What the console shows; absent: there is none. */
  readonly data?: OpenConsoleDeps['data'] | undefined
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Hears of the certificate that is used. */
  readonly followed: FileCertificates['followed']
}

const read = (file: string) => {
  try {
    return parseAdminTokens(readFileSync(file, 'utf8'))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { tokens: [], problems: [`it cannot be read (${problem}).`] }
  }
}

/**
 * The tokens of a file as it is now. Lines that are wrong are told and let nobody in; a file that
 * cannot be read lets nobody in.
 */
const followTokens = (
  file: string,
  logger: AdminApiDeps['logger'],
): { readonly tokens: () => readonly AdminToken[]; readonly stop: () => void } => {
  let { tokens } = read(file)
  const { stop } = watchFiles([file], () => {
    const now = read(file)
    tokens = now.tokens
    for (const problem of now.problems) logger.error(`The token file ${file}: ${problem}`)
    logger.info('The token file of the admin API was read again.', { count: tokens.length })
  })
  return { tokens: () => tokens, stop }
}

/** What is wrong with the token file, in sentences. */
export const adminTokenProblems = (config: Config['adminApi']): readonly string[] => {
  const file = config?.tokenFile
  if (file === undefined) return []
  return read(file).problems.map((problem) => `adminApi.tokenFile: ${file}: ${problem}`)
}

const tlsOf = (
  { tls }: AdminApiConfig,
  { followed }: Pick<AdminApiDeps, 'followed'>,
): Pick<SessionsApiOptions, 'tls'> => {
  if (tls === undefined) return {}
  const files = followed('adminApi.tls', tls)
  return {
    tls: {
      read: () => readTlsFiles(files),
      follow: (server) => followTlsFiles(server, files),
      demandsCertificate: tls.clientCaFile !== undefined,
    },
  }
}

/** The admin API as configured, with its credentials kept fresh; `undefined`: there is none. */
export const createAdminApi = (
  config: Config['adminApi'],
  deps: AdminApiDeps,
): SessionsApi | undefined => {
  if (config === undefined) return undefined
  const { logger, data } = deps
  const { after } = systemTimers
  const following =
    config.tokenFile === undefined ? undefined : followTokens(config.tokenFile, logger)
  if (config.tls === undefined) {
    logger.warn(
      'The admin API is served without TLS (adminApi.tls): whoever can read that traffic has its tokens. Let only administrators reach it.',
    )
  }
  const onError = (error: unknown): void =>
    logger.error('A request of the admin API could not be answered.', { error })
  const api = createSessionsApi({
    ...deps,
    after,
    onError,
    listen: config.listen,
    ...(following === undefined ? {} : { tokens: following.tokens }),
    ...tlsOf(config, deps),
    ...admissionRulesOf(config, deps),
    ...(data === undefined
      ? {}
      : { console: () => openConsole({ ...deps, data, after, onError }) }),
  })
  return {
    start: api.start,
    stop: async () => {
      following?.stop()
      await api.stop()
    },
  }
}
