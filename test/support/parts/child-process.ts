import { spawn } from 'node:child_process'
import { patient } from '../patience.ts'

/** How a process is started. */
export interface ChildProcessOptions {
  /** Names it in error messages. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /**
   * A launcher that starts the real process as its child: signals go to both, by a process group of
   * their own.
   */
  readonly isLauncher?: boolean
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process that was started here, and is ended by its id and nothing else. */
export interface ChildProcess {
  readonly pid: number
  /** What it wrote to stdout and stderr; the last 256 KiB. */
  readonly output: () => string
  /** Settles when it has ended, whoever ended it, and all that it wrote is there. */
  readonly exited: Promise<Exit>
  readonly isRunning: () => boolean
  readonly signal: (signal: NodeJS.Signals) => void
  /** SIGTERM, and SIGKILL after `graceMs`; resolves when it is gone. */
  readonly stop: (graceMs?: number) => Promise<Exit>
}

const MAX_OUTPUT = 256 * 1024

/**
 * Ended when this process ends without having stopped them, so that nothing outlives a test run
 * that crashed. A negative id is a process group (kill(2)).
 */
const running = new Set<number>()

const kill = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

process.on('exit', () => {
  for (const pid of running) kill(pid, 'SIGKILL')
})

/** Starts a process and keeps what it says. @throws Error if it cannot be started */
export const startChildProcess = async (options: ChildProcessOptions): Promise<ChildProcess> => {
  const child = spawn(options.command, options.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.isLauncher === true,
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  })
  let output = ''
  const keep = (chunk: string): void => {
    output = (output + chunk).slice(-MAX_OUTPUT)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)

  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Error(`${options.name} could not be started: ${options.command}`, { cause })),
    )
    child.once('spawn', () => resolve(child.pid ?? -1))
  })
  const target = options.isLauncher === true ? -pid : pid
  running.add(target)

  let ended = false
  child.once('exit', () => {
    ended = true
    running.delete(target)
  })
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  const signal = (name: NodeJS.Signals): void => {
    if (!ended) kill(target, name)
  }
  const stop = async (graceMs = 5000): Promise<Exit> => {
    signal('SIGTERM')
    const force = setTimeout(() => signal('SIGKILL'), graceMs)
    const exit = await exited
    clearTimeout(force)
    return exit
  }
  return { pid, output: () => output, exited, isRunning: () => !ended, signal, stop }
}

/**
 * Waits until a process is ready.
 * @throws Error with everything the process has said, if it ends or takes too long
 */
export const waitUntilReady = async (
  name: string,
  child: ChildProcess,
  isReady: () => Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> => {
  const patientMs = patient(timeoutMs)
  const giveUpAt = performance.now() + patientMs
  while (!(await isReady().catch(() => false))) {
    if (!child.isRunning() || performance.now() > giveUpAt) {
      const what = child.isRunning() ? `was not ready after ${patientMs} ms` : 'ended at its start'
      await child.stop()
      throw new Error(`${name} ${what}. It said:\n${child.output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
