import {
  addresses,
  boolean,
  command,
  duration,
  file,
  integer,
  redisUrl,
  text,
} from './field-kinds.ts'
import { group } from './shape.ts'

const tls = (field: string, whom: string) =>
  group({
    enabled: boolean(
      `TLS towards ${whom}. Any other field of this group turns it on as well.`,
    ).default(false),
    caFile: file(
      `PEM certificates that are trusted for ${whom}, instead of those that come with Node.js.`,
    ).optional(),
    certFile: file(`PEM client certificate for ${whom}.`).optional(),
    keyFile: file(`PEM private key that belongs to \`${field}.certFile\`.`).optional(),
    serverName: text(
      `The name that the certificate of ${whom} must carry. Unset: the host that is connected to.`,
    ).optional(),
  })

const sentinel = group({
  addresses: addresses(
    'The Sentinels, each as `host:port`. They are asked in this order where the primary is.',
  ).optional(),
  primaryName: text('The name that the Sentinels watch the primary under.').optional(),
  usernameFile: file('File with the user name for the Sentinels (ACL).').optional(),
  passwordFile: file(
    'File with the password for the Sentinels; they do not get that of Redis.',
  ).optional(),
  tls: tls('sessions.redis.sentinel.tls', 'the Sentinels'),
})

const cluster = group({
  addresses: addresses(
    'Some nodes of a Redis Cluster, each as `host:port`; the others are learned from them.',
  ).optional(),
})

/** How Redis is reached, as an operator writes it. */
export const redisSchema = group({
  url: redisUrl(
    'The Redis server: `redis://` or, with TLS, `rediss://`; host, port and database number. Or `unix://` and the path of its socket. One of this, `sentinel.addresses` and `cluster.addresses` is set.',
    '--redis-url',
  ).optional(),
  database: integer(
    'The number of the database. Unset: that of the URL, or 0. A cluster has only database 0.',
    0,
    9_999,
  ).optional(),
  sentinel: sentinel,
  cluster: cluster,
  usernameFile: file(
    'File with the user name for Redis (ACL). Read again at each new connection.',
  ).optional(),
  passwordFile: file(
    'File with the password for Redis. Read again at each new connection, and when it changes: open connections then log in with the new password.',
  ).optional(),
  passwordCommand: command(
    'A program and its arguments; what it prints is the password, as for credentials of a cloud that live for minutes. Run without a shell, with the environment of this process, at each new connection and every `passwordInterval`. Whoever may write this field can run programs as this process.',
  ).optional(),
  passwordTimeout: duration(
    'A run of `passwordCommand` that takes longer is killed and has failed.',
    '100ms',
    '60s',
  ).default('5s'),
  passwordInterval: duration(
    'How often `passwordCommand` is run while connections last, which then log in with the new password. Keep it below the lifetime of a password.',
    '10s',
    '24h',
  ).default('10m'),
  tls: tls('sessions.redis.tls', 'Redis'),
  keyPrefix: text('Begins every key, so that several installations can share one Redis.').default(
    'sallyport',
  ),
  commandTimeout: duration(
    'A command that takes longer has failed. Keep it well below `check.budget`.',
    '10ms',
    '10s',
  ).default('500ms'),
  connectTimeout: duration(
    'A connection attempt that takes longer has failed.',
    '10ms',
    '30s',
  ).default('1s'),
  totalTimeout: duration(
    'The longest that a command may take with everything around it: waiting for a connection, following a cluster, one more attempt. At least `commandTimeout`.',
    '10ms',
    '30s',
  ).default('1s'),
})
