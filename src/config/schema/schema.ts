import { adminApi } from './admin-api-schema.ts'
import { credentials } from './credentials-schema.ts'
import {
  address,
  boolean,
  choice,
  duration,
  file,
  files,
  hosts,
  integer,
  issuerUrl,
  namespaces,
  networks,
  objectName,
  paths,
  proxyUrl,
} from './field-kinds.ts'
import { log } from './log-schema.ts'
import { isCidr, isNetwork, NAMED_NETWORKS } from './network.ts'
import { pages } from './pages-schema.ts'
import { redisSchema } from './redis-schema.ts'
import { requirementsField } from './requirements-field.ts'
import { group, type Written } from './shape.ts'
import { tracing } from './tracing-schema.ts'

const grpc = group({
  listen: address(
    'Where Envoy asks: `envoy.service.auth.v3.Authorization` and `grpc.health.v1.Health`.',
    '--grpc-listen',
  ).default(':9001'),
  engine: choice(
    ['native', 'grpc-js'],
    'What carries the checks: `native`, HTTP/2 of our own for them, or `grpc-js`, the library @grpc/grpc-js, which costs several times as much per check. The answers are the same; docs/operations.md says when to choose it.',
  ).default('native'),
  tls: group({
    certFile: file(
      'PEM certificate chain of the gRPC server. Unset: plain text, for a trusted network. Read again every half minute, as are the other two.',
    ).optional(),
    keyFile: file('PEM private key that belongs to `grpc.tls.certFile`.').optional(),
    clientCaFile: file(
      'PEM certificates of the authority that signs client certificates; setting it demands one from every connection.',
    ).optional(),
  }),
})

const admin = group({
  listen: address(
    'Where `/livez`, `/readyz` and `/metrics` are served. Not for the public.',
    '--admin-listen',
  ).default(':9090'),
})

const http = group({
  listen: address(
    'Where providers call: `/backchannel-logout/<namespace>/<name>` of an OIDCClient. Expose this port, and no other, to the providers; docs/operations.md says how.',
    '--http-listen',
  ).default(':9080'),
})

const resources = group({
  source: choice(
    ['kubernetes', 'files'],
    'Where the custom resources are read from. Unset: `kubernetes` inside a cluster (`KUBERNETES_SERVICE_HOST` is set), else `files`.',
  ).optional(),
  files: group({
    paths: paths(
      'YAML files, or folders of them, with IdentityProvider, OIDCClient, ProtectedRoute, Secret, ConfigMap and Namespace manifests. Read again when they change.',
      '--resources',
    ).default(['./resources']),
  }),
  kubernetes: group({
    namespaces: namespaces(
      'Where to look for custom resources and for what they name. Empty: in every namespace, which needs cluster-wide rights.',
    ).default([]),
    kubeconfigFile: file(
      'How to reach the API server. Unset: the service account of the pod, or outside of a cluster what `kubectl` would use.',
    ).optional(),
    leaderElection: group({
      namespace: objectName(
        'The namespace of the Lease by which replicas agree who writes status. Unset: that of the pod, or `default` outside of a cluster.',
      ).optional(),
      leaseName: objectName(
        'The name of that Lease. Installations that share its namespace need one each.',
      ).default('sallyport'),
    }),
  }),
})

const sessions = group({
  store: choice(
    ['memory', 'redis'],
    'Where sessions are kept. In memory they end with the process and are not shared with other replicas.',
    '--session-store',
  ).default('memory'),
  redis: redisSchema,
  record: group({
    address: boolean(
      'Whether a session records the IP address that its login came from, that of the connection to Envoy (docs/authorization.md), for the lists of administrators. Personal data: record it only if you may.',
    ).default(false),
    agent: boolean(
      'Whether a session records the `User-Agent` that its login came from, at most 256 characters, for the lists of administrators. Personal data as well.',
    ).default(false),
  }),
  cache: group({
    maxEntries: integer(
      'Sessions that this process keeps opened; 0 keeps none.',
      0,
      1_000_000,
    ).default(10_000),
    ttl: duration(
      'How long an opened session is used without asking the store. A session that is ended or refreshed elsewhere counts no longer at once, by notice; while notices are not heard nothing counts for more than a second.',
      '0s',
      '60s',
    ).default('5s'),
    maxBytes: integer(
      'How much memory the opened sessions may take, roughly; those used longest ago go first.',
      0,
      4_294_967_296,
    ).default(67_108_864),
    outageGrace: duration(
      'How long opened sessions go on when the store cannot be reached, never beyond their own lifetime. A session that is ended elsewhere while only this process cannot reach the store lives on here as long. `0s`: not at all.',
      '0s',
      '1h',
    ).default('5m'),
  }),
})

const keys = group({
  files: files(
    'Files with 32 random bytes in base64 each (`openssl rand -base64 32`). The first seals, all open; how to change keys is in docs/operations.md. Read again when they change. Required for `sessions.store: redis`.',
    '--key-file',
  ).default([]),
})

/** What the platform requires of routes. */
export const requirements = requirementsField(
  'What every ProtectedRoute of some namespaces carries, whatever its owner writes. Each has a `name`, `namespaces` with either `names` or a `selector` of labels (absent: every namespace; labels that nobody knows count as those that are asked for), `authorize` with clauses as a ProtectedRoute has them, and `removeHeaders`, names that no caller gets through. See docs/kubernetes.md. Read at the start.',
).default([])

const outbound = group({
  allowInsecureIssuers: boolean(
    'Accepts `http:` issuers and endpoints. For trials on one machine only; warned about at every start.',
    '--allow-insecure-issuers',
  ).default(false),
  denyNetworks: networks(
    `Networks that no provider may resolve to: ${NAMED_NETWORKS.map((name) => `\`${name}\``).join(', ')}, or CIDR. Checked on the resolved address of every connection. Documents of clients, whose URLs strangers choose, may lie in no private network either.`,
    isNetwork,
    `must be one of ${NAMED_NETWORKS.join(', ')}, or a network such as 10.0.0.0/8`,
  ).default(['loopback', 'link-local', 'metadata']),
  allowNetworks: networks(
    'Exceptions from `outbound.denyNetworks`, as CIDR, and from the private networks that documents of clients may not lie in.',
    isCidr,
    'must be a network such as 10.0.0.0/8',
  ).default([]),
  caFile: file(
    'PEM certificates that are trusted for every provider and for the proxy, besides those that come with Node.js.',
  ).optional(),
  proxy: group({
    url: proxyUrl(
      'The HTTP proxy that leads to providers: scheme, host and port. Each provider is reached by a tunnel through it (CONNECT). An IdentityProvider with a `proxy` of its own uses that. Unset: what `HTTPS_PROXY` names, for `https` providers; `https_proxy` goes before it.',
    ).optional(),
    usernameFile: file(
      'File with the user name that the proxy is told; needs `outbound.proxy.passwordFile` beside it. Read at each connection.',
    ).optional(),
    passwordFile: file('File with the password that belongs to it.').optional(),
    caFile: file(
      'PEM certificates that are trusted for an `https` proxy, besides those that come with Node.js.',
    ).optional(),
    noProxy: hosts(
      'Providers that are called directly: a name with everything below it, `.example.com` for what is below alone, an address, a network, each name or address with a port if wanted, or `*`. Unset: what `NO_PROXY` lists; `no_proxy` goes before it. This machine is always called directly.',
    ).optional(),
  }),
})

const assertions = group({
  issuer: issuerUrl(
    '`iss` of the assertions that routes have signed for their upstreams (`upstream.assertion`): an https URL of yours by which upstreams know this installation, the same at every replica. Nothing is fetched from it. Unset, a route that asks for an assertion is refused.',
  ).optional(),
  algorithm: choice(
    ['ES256', 'EdDSA'],
    'What assertions are signed with: ECDSA on P-256, or Ed25519. Who reads them must know it.',
  ).default('ES256'),
  rotation: duration(
    'How long one key signs. The next is published for as long before it does; the last one until its last assertion is over. Shared by all replicas if `sessions.store` is `redis`; with `memory` keys end with the process.',
    '1h',
    '2160h',
  ).default('168h'),
})

/** How long checks may take, and how much of them is read. */
export const check = group({
  budget: duration(
    'A check that takes longer is a denied 503. Keep it at most 80 % of the timeout that Envoy is given.',
    '50ms',
    '60s',
  ).default('4s'),
  maxHeaderBytes: integer(
    'A request whose host, path, header names and values are larger together is refused with 400.',
    1_024,
    1_048_576,
  ).default(98_304),
  forwardedHeaderBytes: integer(
    'What the header names and values of a request may come to with those that are added: as much as the gateway takes (`max_request_headers_kb` of Envoy, 60 KiB unless it is set), which answers 500 beyond. Claims that do not fit are left out and named in `x-sallyport-truncated`; where the access token does not fit, the request is refused with 431.',
    8_192,
    8_388_608,
  ).default(61_440),
  forwardedHeaderCount: integer(
    'How many header lines a request may have with those that are added, likewise (`max_headers_count` of Envoy, 100 unless it is set).',
    20,
    10_000,
  ).default(100),
})

const shutdown = group({
  delay: duration(
    'How long checks are still served after readiness was withdrawn, so that every Envoy has noticed.',
    '0s',
    '5m',
  ).default('5s'),
  timeout: duration(
    'How long checks in flight may take to end after that. Keep both together below the grace period of the pod.',
    '1s',
    '5m',
  ).default('20s'),
})

const metrics = group({
  routes: integer(
    'For how many pairs of ProtectedRoute and OIDCClient checks are counted apart (`sallyport_route_checks_total`, `sallyport_route_check_duration_seconds`); the rest is counted as `other`. 0: none, for each has about 15 series.',
    0,
    10_000,
  ).default(0),
})

const responses = group({
  reasonHeader: boolean('Whether denials carry `x-sallyport-reason`.').default(true),
})

/** The process's configuration as an operator writes it. Every leaf carries its `FieldNote`. */
export const configurationSchema = group({
  grpc: grpc,
  admin: admin,
  http: http,
  adminApi: adminApi,
  resources: resources,
  requirements: requirements,
  sessions: sessions,
  keys: keys,
  outbound: outbound,
  credentials: credentials,
  assertions: assertions,
  check: check,
  shutdown: shutdown,
  log: log,
  metrics: metrics,
  tracing: tracing,
  responses: responses,
  pages: pages,
})

/** The configuration as written, defaults filled in. */
export type WrittenConfiguration = Written<typeof configurationSchema>
