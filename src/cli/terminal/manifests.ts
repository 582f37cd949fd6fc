import type { ManifestRead } from '../../resources/manifest/joined-manifests.ts'
import type { GivenManifests } from '../../resources/manifest-files.ts'
import { createManifestReader } from '../../resources/manifest-reader.ts'
import { createResourceSchema } from '../../resources/schema/schema.ts'
import type { Io } from './io.ts'
import { STDIN, STDIN_LABEL } from './standard-input.ts'

/** The files and folders of a command line, with the text of standard input for `-`. */
export const givenManifests = async (io: Io, paths: readonly string[]): Promise<GivenManifests> => {
  if (!paths.includes(STDIN)) return { paths }
  return {
    paths: paths.map((path) => (path === STDIN ? STDIN_LABEL : path)),
    texts: new Map([[STDIN_LABEL, await io.stdin()]]),
  }
}

/** Reads the manifests of these files and folders once, as `serve` does. Never rejects. */
export const readGiven = (given: GivenManifests): Promise<ManifestRead> =>
  createManifestReader({ ...given, schema: createResourceSchema() }).read()
