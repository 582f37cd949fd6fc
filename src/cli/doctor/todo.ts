import type { ClientReport, ProviderReport, RouteReport, Todo } from './report.ts'

interface Sources {
  /** What stands before everything else: the configuration and the resources. */
  readonly before: readonly Todo[]
  readonly providers: readonly ProviderReport[]
  readonly clients: readonly ClientReport[]
  readonly routes: readonly RouteReport[]
}

interface Found {
  readonly state: 'well' | 'warning' | 'problem' | 'unknown'
  readonly message: string
}

const todosOf = (about: string, findings: readonly Found[]): readonly Todo[] =>
  findings.flatMap(({ state, message }) =>
    state === 'problem' || state === 'warning' ? [{ severity: state, about, message }] : [],
  )

const isProblem = ({ severity }: Todo): boolean => severity === 'problem'

/**
 * What to do, the most severe first: what keeps more from working goes before what stands on it,
 * and all problems go before warnings.
 */
export const todoOf = ({ before, providers, clients, routes }: Sources): readonly Todo[] => {
  const all = [
    ...before,
    ...providers.flatMap(({ name, findings }) => todosOf(`IdentityProvider ${name}`, findings)),
    ...clients.flatMap(({ name, findings }) => todosOf(`OIDCClient ${name}`, findings)),
    ...routes.flatMap(({ name, findings }) => todosOf(`ProtectedRoute ${name}`, findings)),
  ]
  const each = [...new Map(all.map((one) => [`${one.about}\n${one.message}`, one])).values()]
  return [...each.filter(isProblem), ...each.filter((one) => !isProblem(one))]
}
