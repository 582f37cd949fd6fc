import type { Finding } from '../../oidc/inspection/finding.ts'
import type { Paint, Style } from '../terminal/colour.ts'
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

const STYLES: Readonly<Partial<Record<Finding['state'], Style>>> = {
  well: 'good',
  warning: 'warning',
  problem: 'bad',
}

const lineBy =
  (paint: Paint) =>
  ({ check, state, message }: Found): string => {
    const mark = MARKS[state].padEnd(9)
    const style = STYLES[state]
    return `  ${style === undefined ? mark : paint(style, mark)}${check.padEnd(16)}${message}`
  }

type Line = ReturnType<typeof lineBy>

const ofProvider = ({ name, issuer, findings }: ProviderReport, line: Line): readonly string[] => [
  `IdentityProvider ${name}, ${issuer}`,
  ...findings.map(line),
]

const ofClient = (client: ClientReport, line: Line): readonly string[] => [
  `OIDCClient ${client.name}, client "${client.clientId}" of IdentityProvider ${client.provider}`,
  ...registrationLines(client.register).map((text) => `  ${MARKS.unknown.padEnd(9)}${text}`),
  ...client.findings.map(line),
]

const ofRoute = ({ name, hosts, findings }: RouteReport, line: Line): readonly string[] => [
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
export const reportText = ({ providers, clients, routes, todo }: Report, paint: Paint): string => {
  const line = lineBy(paint)
  const blocks = [
    ...providers.map((one) => ofProvider(one, line)),
    ...clients.map((one) => ofClient(one, line)),
    ...routes.map((one) => ofRoute(one, line)),
    todoLines(todo),
  ]
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`
}
