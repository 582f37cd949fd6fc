import type { Cluster, Command, Redis } from 'ioredis'

const PROBE_INTERVAL_MS = 250

/**
 * Connects the primaries of a cluster; resolves when each of them is connected or known not to be.
 */
export const connectNodes = async (cluster: Cluster): Promise<void> => {
  const settled = (node: Redis): Promise<void> =>
    new Promise((resolve) => {
      if (node.status === 'ready' || node.status === 'end') return resolve()
      node.once('ready', () => resolve()).once('end', () => resolve())
      if (node.status === 'wait') node.connect().catch(() => undefined)
    })
  await Promise.all(cluster.nodes('master').map(settled))
}

const isBetween = ({ status }: Redis): boolean => status !== 'ready' && status !== 'wait'

const keyOf = ({ options }: Redis): string => `${options.host}:${options.port}`

/**
 * Lets commands for a node that is known to be down fail at once, so that one lost node of a
 * cluster costs nobody a time-out (R32). Every quarter of a second one command is let through: it
 * finds out whether the node is back, or who took its slots over.
 */
export const failFastPerNode = (cluster: Cluster): void => {
  const probeAtMs = new Map<string, number>()
  const nodes = new Map<string, Redis>()

  /** It is down, or just being connected to. */
  const isHeldBack = (node: string): boolean => {
    const known = nodes.get(node)
    if (known?.status === 'ready') return false
    if (known !== undefined && isBetween(known)) return true
    const atMs = probeAtMs.get(node)
    if (atMs === undefined) return false
    const nowMs = performance.now()
    if (nowMs < atMs) return true
    probeAtMs.set(node, nowMs + PROBE_INTERVAL_MS)
    return false
  }

  cluster.on('+node', (node: Redis) => {
    nodes.set(keyOf(node), node)
    node.on('ready', () => probeAtMs.delete(keyOf(node)))
    node.once('end', () => {
      if (nodes.get(keyOf(node)) === node) nodes.delete(keyOf(node))
    })
  })
  cluster.on('node error', (_error: unknown, node: string) => {
    probeAtMs.set(node, performance.now() + PROBE_INTERVAL_MS)
  })

  const send = cluster.sendCommand.bind(cluster)
  cluster.sendCommand = (command: Command, stream, node) => {
    const slot = command.getSlot()
    const owner = slot === null ? undefined : cluster.slots[slot]?.[0]
    if (owner === undefined || !isHeldBack(owner)) return send(command, stream, node)
    command.reject(new Error("Stream isn't writeable: the node is not connected"))
    return command.promise
  }
}
