import type { parse } from 'yaml'
import { gateways } from '../../src/attach/gateways.ts'
import { readInputs } from '../../src/attach/inputs.ts'
import { documentsOf } from '../../src/attach/manifest/documents.ts'
import type { AttachOptions } from '../../src/attach/options.ts'

/** A printed object; the manifests of other projects have no types here. */
type Printed = ReturnType<typeof parse>

/** What `attach` prints for a gateway, as objects, by file. */
export const attached = (
  name: string,
  options: AttachOptions = {},
): Readonly<Record<string, readonly Printed[]>> => {
  const gateway = gateways.get(name)
  if (gateway === undefined) throw new Error(`There is no gateway ${name}`)
  const read = readInputs({ name, gateway, options })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return Object.fromEntries(
    gateway.files(read.inputs).map((file) => [file.name, documentsOf(file)]),
  )
}

/** The one object of a kind among all that is printed. */
export const attachedKind = (name: string, kind: string, options: AttachOptions = {}): Printed => {
  const found = Object.values(attached(name, options))
    .flat()
    .filter((one) => one.kind === kind)
  if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind}`)
  return found[0]
}
