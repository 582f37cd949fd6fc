import { fileURLToPath } from 'node:url'
import {
  type ChildProcess,
  startChildProcess,
  waitUntilReady,
} from '../../test/support/parts/child-process.ts'
import { freePort } from '../../test/support/parts/free-port.ts'
import { installed } from '../../test/support/parts/installed.ts'

/** A server that decodes a check request and allows it, and does nothing else. */
export interface RunningNoOp {
  readonly port: number
  readonly child: ChildProcess
}

const start = async (name: string, command: string, args: readonly string[]) => {
  const port = await freePort()
  const child = await startChildProcess({ name, command, args: [...args, `127.0.0.1:${port}`] })
  await waitUntilReady(name, child, async () => child.output().includes('listening'))
  return { port, child }
}

/** On grpc-js, with the flags that are given to Node.js. */
export const startNodeNoOp = (flags: readonly string[]): Promise<RunningNoOp> => {
  const server = fileURLToPath(new URL('no-op-server.ts', import.meta.url))
  return start('The no-op server', process.execPath, [...flags, server])
}

/** On grpc-go. @throws Error where `make no-op` has not built it */
export const startGoNoOp = (): Promise<RunningNoOp> =>
  start('The no-op server in Go', installed('no-op/no-op', 'no-op'), [])
