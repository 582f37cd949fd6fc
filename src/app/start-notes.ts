import type { Config, ResourcesConfig } from '../config/config.ts'
import { withPort } from '../http/listening.ts'
import type { Fields } from '../observability/lines/redact.ts'
import type { Health } from './health.ts'
import type { Resources } from './resources.ts'

/**
 * What is allowed although it is dangerous, and what is not done although somebody may expect it,
 * in sentences for the log of every start.
 */
export const startNotes = ({
  outbound,
  credentials,
  tracingNote,
}: Pick<Config, 'outbound' | 'credentials' | 'tracingNote'>): readonly string[] => [
  ...(tracingNote === undefined ? [] : [tracingNote]),
  ...(outbound.allowInsecureIssuers
    ? [
        'Providers may be reached over http (outbound.allowInsecureIssuers): whoever can change that traffic can sign in as anybody. For trials only.',
      ]
    : []),
  ...(credentials.allowPasswordGrant
    ? [
        'Routes may take passwords of people (credentials.allowPasswordGrant), which RFC 9700 section 2.4 forbids. For migrations only.',
      ]
    : []),
]

/** The ports as they were opened. */
export interface OpenedPorts {
  readonly grpc: number
  readonly admin: number
  readonly http: number
  /** Absent: there is no admin API. */
  readonly adminApi?: number | undefined
}

const sourceText = (from: ResourcesConfig): string => {
  if (from.source === 'files') return from.paths.join(', ')
  const { namespaces } = from
  const where = namespaces.length === 0 ? 'every namespace' : namespaces.join(', ')
  return `the API server, ${where}`
}

/** What the line of a start says: what is served, from where, at which ports, and what is wrong. */
export const servingFacts = (
  config: Pick<Config, 'grpc' | 'admin' | 'http' | 'adminApi' | 'sessions' | 'resources'>,
  ports: OpenedPorts,
  resources: Pick<Resources, 'providers' | 'problems' | 'served'>,
  { troubles }: Pick<Health, 'troubles'>,
): Fields => {
  const { policies, hosts, firstProblems } = resources.served()
  const wrong = [...firstProblems, ...troubles()]
  return {
    grpc: withPort(config.grpc.listen, ports.grpc),
    admin: withPort(config.admin.listen, ports.admin),
    http: withPort(config.http.listen, ports.http),
    ...(config.adminApi === undefined || ports.adminApi === undefined
      ? {}
      : { adminApi: withPort(config.adminApi.listen, ports.adminApi) }),
    resources: sourceText(config.resources),
    hosts,
    policies,
    providers: resources.providers().length,
    sessions: config.sessions.store.kind,
    problems: resources.problems(),
    ...(wrong.length === 0 ? {} : { troubles: wrong }),
  }
}
