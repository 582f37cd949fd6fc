import { fieldsForMoreClaims } from '../../check/answer/access-detail.ts'
import type { PolicyLookup } from '../../core/policy-source.ts'
import type { WrittenAbsence } from '../../resources/written-status.ts'

/** What was absent at the last login of the clients of a host, by their statuses; one note each. */
export const absenceNotes = (
  found: PolicyLookup,
  absences: readonly WrittenAbsence[],
): readonly string[] => {
  if (found.kind !== 'found') return []
  return found.policy.clients.flatMap((client) =>
    absences
      .filter(({ client: name }) => name === client.name)
      .map(({ claims }) => {
        const fields = fieldsForMoreClaims(client)
        const more =
          fields.length === 0 ? '' : `; ${fields.join(' and ')} would have more looked at`
        return `At the last login of OIDCClient ${client.name} there was no claim ${claims.join(', ')}, which headers or rules name${more}.`
      }),
  )
}
