import { readdirSync, readFileSync } from 'node:fs'

/**
 * The CPU time that a process has used so far, in ms with a resolution of ns, of all threads that
 * live: what its kernel accounts to each (`/proc/<pid>/task/<tid>/schedstat`).
 */
export const cpuMsOf = (pid: number): number => {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [onCpu = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
    nanoseconds += Number(onCpu)
  }
  return nanoseconds / 1_000_000
}

/** The resident memory of a process. */
export const residentMiBOf = (pid: number): number => {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(match?.[1] ?? 0) / 1024
}
