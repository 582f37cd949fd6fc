import { execFile } from 'node:child_process'
import { Fault } from '../../../core/reason/fault.ts'
import { withoutLineEnd } from './line-end.ts'
import type { PasswordCommand } from './settings.ts'

const MAX_OUTPUT_BYTES = 64 * 1024

const failed = (how: string): Fault =>
  new Fault('session_store_unavailable', `sessions.redis.passwordCommand ${how}.`)

const howItFailed = (error: { readonly killed?: boolean; readonly code?: unknown }): string => {
  if (error.killed === true) return 'did not end in time'
  return typeof error.code === 'number'
    ? `ended with exit code ${error.code}`
    : `could not be run (${String(error.code)})`
}

/**
 * Runs the program, without a shell and with nothing to read, and gives what it printed; a line end
 * behind it does not count. It is killed when it takes too long.
 * @throws Fault without a word of what it printed
 */
export const runPasswordCommand = ({ command, timeoutMs }: PasswordCommand): Promise<string> =>
  new Promise((resolve, reject) => {
    const [program = '', ...args] = command
    const options = { timeout: timeoutMs, maxBuffer: MAX_OUTPUT_BYTES, killSignal: 'SIGKILL' }
    const child = execFile(
      program,
      args,
      { ...options, killSignal: 'SIGKILL' },
      (error, stdout) => {
        if (error !== null) return reject(failed(howItFailed(error)))
        const password = withoutLineEnd(stdout)
        return password === '' ? reject(failed('printed nothing')) : resolve(password)
      },
    )
    child.stdin?.end()
  })
