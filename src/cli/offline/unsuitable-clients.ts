import { compileResources } from '../../app/compile-resources.ts'
import type { CompilerOptions } from '../../policy/compile.ts'
import { type LocatedProblem, locateProblem } from '../../resources/manifest/diagnostics.ts'
import type { ManifestRead } from '../../resources/manifest/joined-manifests.ts'
import { standIn } from './stand-ins.ts'

/**
 * What is wrong with the clients of routes beside one another. A client whose Secret is not there
 * is compared with no other, so that skipping it would hide that two cannot be told apart.
 */
export const unsuitableClients = async (
  read: ManifestRead,
  options: CompilerOptions['options'],
): Promise<readonly LocatedProblem[]> => {
  const { resources, missing } = standIn(read.resources)
  if (missing.length === 0) return []
  const { problems } = await compileResources({ ...read, resources }, options)
  return problems
    .filter(({ reason }) => reason === 'ClientUnsuitable')
    .map((one) => locateProblem(one, read.locate))
}
