import type { ConsoleData, Explained, ExplainRequest } from '../../core/console/console-data.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'
import type { Pace } from '../../core/time/steps.ts'
import { explainRequest } from '../../explain/explanation.ts'
import { explanationRows } from '../../explain/explanation-rows.ts'
import { offlinePorts } from '../../explain/offline/offline-ports.ts'
import { present } from '../../explain/offline/present.ts'
import type { Snapshot } from '../../policy/applying/snapshot.ts'
import { readAskedForm } from './asked-form.ts'

/** What explanations are made with. */
export interface ExplainInForceDeps {
  readonly snapshot: Pick<Snapshot, 'look' | 'nearest'>
  readonly clock: Clock
  readonly random: Random
  readonly pace: Pick<Pace, 'rest'>
}

const NOTE = 'By the resources that are in force in this replica. Nobody was asked.'

const MOST_PROBLEMS = 20

const problem = (all: readonly string[]): Explained => {
  const more = all.length - MOST_PROBLEMS
  const told = all.slice(0, MOST_PROBLEMS)
  return { kind: 'problem', problems: more > 0 ? [...told, `There are ${more} more.`] : told }
}

const explained = async (
  form: ExplainRequest,
  { snapshot, clock, random }: ExplainInForceDeps,
): Promise<Explained> => {
  const asked = readAskedForm(form)
  if (asked.kind === 'problems') return problem(asked.problems)
  const { request, somebody } = asked
  const ports = offlinePorts({ find: snapshot.look }, clock, random)
  const bare = { request, ports }
  const shown = somebody === undefined ? bare : present(request, somebody, ports)
  if ('problems' in shown) return problem(shown.problems)
  const explanation = await explainRequest(shown.request, shown.ports, {
    nearest: snapshot.nearest,
    notes: [NOTE],
    ...('as' in shown ? { as: shown.as } : {}),
  })
  const rows = explanationRows(explanation)
  return { kind: 'explained', rows: rows.map(([label, ...lines]) => ({ label, lines })) }
}

/**
 * Explains a request by the policies that answer checks at this moment. Nothing is fetched, no
 * session is opened, and the host does not count as asked about. One explanation is made at a time,
 * after the checks that wait.
 */
export const createExplainInForce = (deps: ExplainInForceDeps): ConsoleData['explain'] => {
  let isBusy = false
  return async (form) => {
    if (isBusy) return { kind: 'busy' }
    isBusy = true
    try {
      await deps.pace.rest()
      return await explained(form, deps)
    } finally {
      isBusy = false
    }
  }
}
