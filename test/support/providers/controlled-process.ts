import { type ChildProcess, startChildProcess, waitUntilReady } from '../parts/child-process.ts'

/** A provider as a process with a port by which it does what has no page. */
export interface ControlledProcess extends Pick<ChildProcess, 'output' | 'stop'> {
  /** Asks for `POST /<action>`. @throws Error if the provider cannot do it */
  readonly control: (action: string) => Promise<void>
}

/** Starts a provider and waits until an address of it answers 200. */
export const startControlledProcess = async (
  options: Parameters<typeof startChildProcess>[0],
  { controlPort, readyUrl }: { readonly controlPort: number; readonly readyUrl: string },
): Promise<ControlledProcess> => {
  const child = await startChildProcess(options)
  const isReady = async () => (await fetch(readyUrl)).status === 200
  await waitUntilReady(options.name, child, isReady, 60_000)
  return {
    output: () => child.output(),
    stop: (graceMs) => child.stop(graceMs),
    control: async (action) => {
      const response = await fetch(`http://127.0.0.1:${controlPort}/${action}`, { method: 'POST' })
      if (!response.ok) throw new Error(`${options.name} could not ${action}:\n${child.output()}`)
    },
  }
}
