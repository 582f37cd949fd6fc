import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChildProcess, startChildProcess } from './child-process.ts'
import { freePort } from './free-port.ts'
import { installed } from './installed.ts'
import { type RedisOptions, type RunningRedis, startRedis } from './redis.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { until } from './until.ts'

/** A primary, a replica, and three Sentinels that agree on who is which. */
export interface RunningSentinels {
  /** Of the Sentinels. */
  readonly addresses: readonly string[]
  readonly primaryName: string
  /** The two servers; the first is the primary at the start. */
  readonly servers: readonly [RunningRedis, RunningRedis]
  /** The server that the Sentinels take for the primary now. */
  readonly primary: () => Promise<RunningRedis>
  readonly stop: () => Promise<void>
}

/** What a test may ask for. */
export interface SentinelOptions {
  readonly servers?: RedisOptions
  /** Of the Sentinels themselves. */
  readonly password?: string
  /** The Sentinels and the servers are reached by TLS. */
  readonly tls?: RedisOptions['tls']
  /**
   * The primary will be lost. Where it will not, one that is merely slow, on a busy machine, must
   * not be taken for lost: its successor may lack what it had confirmed.
   */
  readonly failsOver?: boolean
}

/** How long a primary may be silent before it is taken for lost. */
const downAfterMs = ({ failsOver = false }: SentinelOptions): number => (failsOver ? 500 : 300_000)

const PRIMARY = 'shop'

const configOf = (
  port: number,
  folder: string,
  target: number,
  options: SentinelOptions,
): string => {
  const { tls, password, servers } = options
  const listen =
    tls === undefined
      ? `port ${port}`
      : [
          `port 0\ntls-port ${port}\ntls-replication yes\ntls-auth-clients yes`,
          `tls-cert-file ${tls.certFile}\ntls-key-file ${tls.keyFile}\ntls-ca-cert-file ${tls.caFile}`,
        ].join('\n')
  return [
    listen,
    `bind 127.0.0.1\ndir ${folder}`,
    ...(password === undefined ? [] : [`requirepass ${password}`]),
    `sentinel monitor ${PRIMARY} 127.0.0.1 ${target} 2`,
    ...(servers?.password === undefined
      ? []
      : [`sentinel auth-pass ${PRIMARY} ${servers.password}`]),
    `sentinel down-after-milliseconds ${PRIMARY} ${downAfterMs(options)}`,
    `sentinel failover-timeout ${PRIMARY} 2000\n`,
  ].join('\n')
}

const replicaArgs = (primary: RunningRedis, options: SentinelOptions): readonly string[] => [
  ...[
    '--replicaof',
    '127.0.0.1',
    String(options.tls === undefined ? primary.port : primary.tlsPort),
  ],
  ...(options.tls === undefined ? [] : ['--tls-replication', 'yes']),
  ...(options.servers?.password === undefined ? [] : ['--masterauth', options.servers.password]),
]

/** Starts all five. @throws Error if Redis is not installed or one does not start */
export const startSentinels = async (options: SentinelOptions = {}): Promise<RunningSentinels> => {
  const { tls } = options
  const common = { ...options.servers, ...(tls === undefined ? {} : { tls }) }
  const shared = [
    ...['--repl-diskless-sync-delay', '0', '--repl-timeout', options.failsOver ? '2' : '300'],
    ...(tls === undefined ? [] : ['--tls-replication', 'yes']),
    ...(options.servers?.password === undefined ? [] : ['--masterauth', options.servers.password]),
  ]
  const first = await startRedis({ ...common, args: [...(common.args ?? []), ...shared] })
  const second = await startRedis({
    ...common,
    args: [...(common.args ?? []), ...shared, ...replicaArgs(first, options)],
  })
  await until('the replica is in step', async () =>
    (await second.command('INFO', 'replication')).includes('master_link_status:up'),
  )

  const folder = await temporaryFolder('sentinel')
  const portOf = (redis: RunningRedis): number => (tls === undefined ? redis.port : redis.tlsPort)
  const command = installed('redis/redis-server', 'redis')
  const ports = [await freePort(), await freePort(), await freePort()]
  const sentinels: ChildProcess[] = []
  for (const port of ports) {
    const file = join(folder.path, `${port}.conf`)
    await writeFile(file, configOf(port, folder.path, portOf(first), options))
    const args = [file, '--sentinel']
    sentinels.push(await startChildProcess({ name: 'Sentinel', command, args }))
  }
  const said = (): string => sentinels.map((one) => one.output()).join('')
  await until('the Sentinels know each other and the replica', async () => {
    const others = said().match(/\+sentinel sentinel/g)?.length ?? 0
    const replicas = said().match(/\+slave slave/g)?.length ?? 0
    return others >= 6 && replicas >= 3
  })

  const servers = [first, second] as const
  const roles = async (): Promise<readonly RunningRedis[]> => {
    const infos = await Promise.all(
      servers.map((one) => one.command('INFO', 'replication').catch(() => '')),
    )
    return servers.filter((_, at) => infos[at]?.includes('role:master'))
  }
  return {
    addresses: ports.map((port) => `127.0.0.1:${port}`),
    primaryName: PRIMARY,
    servers,
    primary: async () => {
      const [primary] = await roles()
      if (primary === undefined) throw new Error('There is no primary.')
      return primary
    },
    stop: async () => {
      await Promise.all(sentinels.map((one) => one.stop()))
      await Promise.all(servers.map((one) => one.stop()))
      await folder.remove()
    },
  }
}
