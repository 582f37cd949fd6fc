import { writeFile } from 'node:fs/promises'
import { type ChildProcess, startChildProcess, waitUntilReady } from './child-process.ts'
import { freePort } from './free-port.ts'
import { installed } from './installed.ts'
import { reachesTls } from './reaches-tls.ts'
import { temporaryFolder } from './temporary-folder.ts'
import type { Certificates } from './tls.ts'

/** A real decision point. */
export interface RunningDecisionPoint {
  /** Its address, without a path. */
  readonly url: string
  /** Stops answering without closing connections (SIGSTOP). */
  readonly freeze: () => void
  /** Goes on after `freeze`. */
  readonly resume: () => void
  /** Ends it as a crash would (SIGKILL). */
  readonly kill: () => Promise<void>
  /** Starts it again on the same port after `kill`. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** What every real decision point does, whatever it is. */
export const asDecisionPoint = async (
  name: string,
  port: number,
  start: () => Promise<ChildProcess>,
  clean: () => Promise<void>,
): Promise<RunningDecisionPoint> => {
  const startReady = async (): Promise<ChildProcess> => {
    const child = await start()
    await waitUntilReady(name, child, () => reachesTls(port))
    return child
  }
  let child = await startReady()
  return {
    url: `https://127.0.0.1:${port}`,
    freeze: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
    kill: async () => {
      child.signal('SIGKILL')
      await child.exited
    },
    restart: async () => {
      child = await startReady()
    },
    stop: async () => {
      child.signal('SIGCONT')
      await child.stop()
      await clean()
    },
  }
}

/** Whom the token of these lets in, and nobody else. */
const authorization = (token: string): string => `package system.authz
default allow := false
allow if input.identity == "${token}"
`

/**
 * Starts an Open Policy Agent with one policy, over TLS, which wants a token. @throws Error if it
 * is not installed or does not start
 */
export const startOpa = async (options: {
  readonly policy: string
  readonly token: string
  readonly certificates: Pick<Certificates, 'certFile' | 'keyFile'>
}): Promise<RunningDecisionPoint> => {
  const command = installed('opa/opa', 'opa')
  const folder = await temporaryFolder('opa')
  const port = await freePort()
  const files = [`${folder.path}/policy.rego`, `${folder.path}/authorization.rego`] as const
  await writeFile(files[0], options.policy)
  await writeFile(files[1], authorization(options.token))
  const { certFile, keyFile } = options.certificates
  const args = [
    ...['run', '--server', '--addr', `127.0.0.1:${port}`, '--log-level', 'error'],
    ...['--tls-cert-file', certFile, '--tls-private-key-file', keyFile],
    ...['--authentication=token', '--authorization=basic', '--disable-telemetry', ...files],
  ]
  const start = () => startChildProcess({ name: 'OPA', command, args })
  return asDecisionPoint('OPA', port, start, folder.remove)
}
