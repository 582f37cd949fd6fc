import { freePort } from './free-port.ts'
import { type RedisOptions, type RunningRedis, startRedis } from './redis.ts'
import { until } from './until.ts'

/** A Redis Cluster: three primaries, and a replica of the first if asked for. */
export interface RunningCluster {
  readonly addresses: readonly string[]
  readonly nodes: readonly RunningRedis[]
  readonly replica: RunningRedis | undefined
  /** The name that a node has in the cluster. */
  readonly idOf: (node: RunningRedis) => Promise<string>
  /** The node that a slot belongs to. */
  readonly ownerOf: (slot: number) => Promise<RunningRedis>
  readonly slotOf: (key: string) => Promise<number>
  readonly stop: () => Promise<void>
}

/** What a test may ask for. */
export interface ClusterOptions extends RedisOptions {
  readonly withReplica?: boolean
  /**
   * A node will be lost. Where none will, one that is merely slow, on a busy machine, must not be
   * taken for lost.
   */
  readonly failsOver?: boolean
}

/** How long a node may be silent before it is taken for lost. */
const timeoutMs = ({ failsOver = false }: ClusterOptions): number => (failsOver ? 1_000 : 300_000)

const SLOTS = 16_384
const PRIMARIES = 3

const bulk = (reply: string): string => reply.split('\r\n')[1] ?? ''

/** The cluster bus is on a port of its own, ten thousand above unless told otherwise. */
const startNode = async (options: ClusterOptions): Promise<RunningRedis> =>
  startRedis({
    ...options,
    args: [
      ...(options.args ?? []),
      ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(timeoutMs(options))],
      ...['--cluster-port', String(await freePort())],
      ...['--cluster-allow-replica-migration', 'no', '--repl-diskless-sync-delay', '0'],
      ...(options.tls === undefined ? [] : ['--tls-cluster', 'yes', '--tls-replication', 'yes']),
      ...(options.password === undefined ? [] : ['--masterauth', options.password]),
    ],
  })

/** Starts the nodes and joins them. @throws Error if Redis is not installed or does not start */
export const startCluster = async (options: ClusterOptions = {}): Promise<RunningCluster> => {
  const count = PRIMARIES + (options.withReplica === true ? 1 : 0)
  const nodes = await Promise.all(Array.from({ length: count }, () => startNode(options)))
  const portOf = (node: RunningRedis): number =>
    options.tls === undefined ? node.port : node.tlsPort
  const idOf = async (node: RunningRedis): Promise<string> =>
    bulk(await node.command('CLUSTER', 'MYID'))
  const busOf = async (node: RunningRedis): Promise<string> =>
    /@(\d+).*myself/.exec(await node.command('CLUSTER', 'NODES'))?.[1] ?? ''

  const [first] = nodes
  if (first === undefined) throw new Error('There is no node.')
  for (const [at, node] of nodes.slice(0, PRIMARIES).entries()) {
    const from = Math.ceil((SLOTS / PRIMARIES) * at)
    const to = Math.ceil((SLOTS / PRIMARIES) * (at + 1)) - 1
    await node.command('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to))
  }
  for (const node of nodes.slice(1)) {
    const place = ['127.0.0.1', String(portOf(node)), await busOf(node)]
    await first.command('CLUSTER', 'MEET', ...place)
  }
  const replica = nodes[PRIMARIES]
  if (replica !== undefined) {
    const id = await idOf(first)
    await until('the replica follows the first node', async () =>
      (await replica.command('CLUSTER', 'REPLICATE', id)).startsWith('+OK'),
    )
    await until('the replica is in step', async () =>
      (await replica.command('INFO', 'replication')).includes('master_link_status:up'),
    )
  }
  await until('every node takes the cluster for whole', async () => {
    const infos = await Promise.all(nodes.map((node) => node.command('CLUSTER', 'INFO')))
    return infos.every(
      (info) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${count}`),
    )
  })

  const ids = await Promise.all(nodes.map(idOf))
  /** Whether a line of CLUSTER NODES says that its node has the slot. */
  const hasSlot = (line: string, slot: number): boolean =>
    (line.split(' connected ')[1] ?? '').split(' ').some((range) => {
      const [from, to = from] = range.split('-')
      return slot >= Number(from) && slot <= Number(to)
    })

  const ownerOf = async (slot: number): Promise<RunningRedis> => {
    const lines = (await first.command('CLUSTER', 'NODES')).split('\n')
    const line = lines.find((one) => hasSlot(one.trim(), slot))
    const owner = nodes[ids.findIndex((id) => line?.startsWith(id))]
    if (owner === undefined) throw new Error(`Slot ${slot} has no owner.`)
    return owner
  }
  return {
    addresses: nodes.slice(0, PRIMARIES).map((node) => `127.0.0.1:${portOf(node)}`),
    nodes,
    replica,
    idOf,
    ownerOf,
    slotOf: async (key) => Number((await first.command('CLUSTER', 'KEYSLOT', key)).slice(1)),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}
