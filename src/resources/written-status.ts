import { memberOf } from './manifest/held-hosts.ts'
import { entriesOf } from './manifest/manifests.ts'
import { parseYaml } from './manifest/yaml-text.ts'
import { type GivenManifests, listManifestFiles, readManifestFile } from './manifest-files.ts'

/** What the status of a ProtectedRoute says of its checks, where its manifest carries one. */
export interface WrittenChecks {
  /** `namespace/name`. */
  readonly route: string
  /** When Envoy last asked about each host, as RFC 3339; a host that is not there: never. */
  readonly lastChecks: ReadonlyMap<string, string>
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text))

/** A status that nobody has written yet says nothing of checks. */
const checksIn = (manifest: unknown): readonly WrittenChecks[] => {
  const hosts = memberOf(memberOf(manifest, 'status'), 'hosts')
  if (memberOf(manifest, 'kind') !== 'ProtectedRoute' || !Array.isArray(hosts)) return []
  const metadata = memberOf(manifest, 'metadata')
  const pairs = hosts.map(
    (host) => [textOf(memberOf(host, 'host')), textOf(memberOf(host, 'lastCheckTime'))] as const,
  )
  const namespace = textOf(memberOf(metadata, 'namespace')) || 'default'
  return [
    {
      route: `${namespace}/${textOf(memberOf(metadata, 'name'))}`,
      lastChecks: new Map(pairs.filter(([, time]) => isTime(time))),
    },
  ]
}

/** What the status of an OIDCClient says was absent at its last login. */
export interface WrittenAbsence {
  /** `namespace/name`. */
  readonly client: string
  /** The names of claims; never empty. */
  readonly claims: readonly string[]
}

const absencesIn = (manifest: unknown): readonly WrittenAbsence[] => {
  const absent = memberOf(memberOf(manifest, 'status'), 'absentClaims')
  if (memberOf(manifest, 'kind') !== 'OIDCClient' || !Array.isArray(absent)) return []
  const claims = absent.map(textOf).filter((name) => name !== '')
  const metadata = memberOf(manifest, 'metadata')
  const namespace = textOf(memberOf(metadata, 'namespace')) || 'default'
  return claims.length === 0
    ? []
    : [{ client: `${namespace}/${textOf(memberOf(metadata, 'name'))}`, claims }]
}

/**
 * Manifests as they are written. What cannot be read is passed over: whoever reads the objects
 * themselves says so.
 */
export const writtenManifests = async ({
  paths,
  texts = new Map(),
}: GivenManifests): Promise<readonly unknown[]> => {
  const listings = await Promise.all(
    paths.filter((path) => !texts.has(path)).map(listManifestFiles),
  )
  const files = listings.flatMap((listing) => (listing.kind === 'listed' ? listing.files : []))
  const read = await Promise.all([...new Set(files)].map(readManifestFile))
  return [...texts.values(), ...read]
    .flatMap((one) => (one.kind === 'text' ? parseYaml(one.text).documents : []))
    .flatMap(entriesOf)
    .map(({ value }) => value)
}

/** The checks that manifests tell of which were read from a cluster (`kubectl get -o yaml`). */
export const readWrittenChecks = async (given: GivenManifests): Promise<readonly WrittenChecks[]> =>
  (await writtenManifests(given)).flatMap(checksIn)

/** The claims that such manifests say were absent. */
export const readWrittenAbsences = async (
  given: GivenManifests,
): Promise<readonly WrittenAbsence[]> => (await writtenManifests(given)).flatMap(absencesIn)
