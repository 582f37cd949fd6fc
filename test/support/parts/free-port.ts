import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** Ports that services of the machine itself may be known by lie below. */
const LOWEST = 10_000
/** Where connections that leave this machine take their own port from, by default (ip(7)). */
const USUAL_EPHEMERAL = 32_768

const lowestEphemeral = (): number => {
  try {
    const [lowest] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)
    return Number(lowest)
  } catch {
    return USUAL_EPHEMERAL
  }
}

/**
 * What is asked of the kernel as "any port" is one that the next connection to anywhere may take
 * before the part that waits for it listens. So ports are counted out below those: from another
 * place in each process, and none twice.
 */
const span = Math.max(1000, Math.min(USUAL_EPHEMERAL, lowestEphemeral()) - LOWEST)
/** Neighbouring process ids begin far from one another. */
let next = (process.pid * 7919) % span

/** Whether something could listen on this port of 127.0.0.1 now. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/**
 * A TCP port on 127.0.0.1 that nothing listens on, for parts that must know their port before they
 * start. @throws Error if there is none
 */
export const freePort = async (): Promise<number> => {
  for (let tried = 0; tried < span; tried += 1) {
    const port = LOWEST + next
    next = (next + 1) % span
    if (await isFree(port)) return port
  }
  throw new Error(`Nothing is free between ${LOWEST} and ${LOWEST + span}.`)
}

/** Several different free ports. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await freePort())
  return [...ports]
}
