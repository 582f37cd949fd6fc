import type { Explained, ExplainRequest } from '../../core/console/console-data.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'
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
}

const NOTE = 'By the resources that are in force in this replica. Nobody was asked.'

/**
 * Explains a request by the policies that answer checks at this moment. Nothing is fetched, no
 * session is opened, and the host does not count as asked about.
 */
export const createExplainInForce = ({ snapshot, clock, random }: ExplainInForceDeps) => {
  const policies = { find: snapshot.look }
  return async (form: ExplainRequest): Promise<Explained> => {
    const asked = readAskedForm(form)
    if (asked.kind === 'problems') return { kind: 'problem', problems: asked.problems }
    const { request, somebody } = asked
    const ports = offlinePorts(policies, clock, random)
    const bare = { request, ports }
    const shown = somebody === undefined ? bare : present(request, somebody, ports)
    if ('problems' in shown) return { kind: 'problem', problems: shown.problems }
    const explanation = await explainRequest(shown.request, shown.ports, {
      nearest: snapshot.nearest,
      notes: [NOTE],
      ...('as' in shown ? { as: shown.as } : {}),
    })
    const rows = explanationRows(explanation)
    return { kind: 'explained', rows: rows.map(([label, ...lines]) => ({ label, lines })) }
  }
}
