import type { Finding } from '../../oidc/inspection/finding.ts'
import { registrationLines } from '../terminal/registration-lines.ts'
import type { ClientReport, ProviderReport, Report, RouteReport, Todo } from './report.ts'

const MARKS: Readonly<Record<Finding['state'], string>> = {
  well: 'ok',
  warning: 'WARNING',
  problem: 'PROBLEM',
  unknown: '-',
}

interface Found {
  readonly check: string
  readonly state: Finding['state']
  readonly message: string
}

const line = ({ check, state, message }: Found): string =>
  `  ${MARKS[state].padEnd(9)}${check.padEnd(16)}${message}`

const ofProvider = ({ name, issuer, findings }: ProviderReport): readonly string[] => [
  `IdentityProvider ${name}, ${issuer}`,
  ...findings.map(line),
]

const ofClient = (client: ClientReport): readonly string[] => [
  `OIDCClient ${client.name}, client "${client.clientId}" of IdentityProvider ${client.provider}`,
  ...registrationLines(client.register).map((text) => `  ${MARKS.unknown.padEnd(9)}${text}`),
  ...client.findings.map(line),
]

const ofRoute = ({ name, hosts, findings }: RouteReport): readonly string[] => [
  `ProtectedRoute ${name}, ${hosts.map(({ host }) => host).join(', ')}`,
  ...findings.map(line),
]

const todoLines = (todo: readonly Todo[]): readonly string[] => {
  if (todo.length === 0) return ['Nothing to do: all is well.']
  const width = String(todo.length).length
  return [
    'What to do:',
    ...todo.map(({ severity, about, message }, index) => {
      const mark = severity === 'warning' ? 'warning, ' : ''
      return `  ${String(index + 1).padStart(width)}. ${mark}${about}: ${message}`
    }),
  ]
}

/** A diagnosis for a person. */
export const reportText = ({ providers, clients, routes, todo }: Report): string => {
  const blocks = [
    ...providers.map(ofProvider),
    ...clients.map(ofClient),
    ...routes.map(ofRoute),
    todoLines(todo),
  ]
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`
}
