import type { CompiledResources } from '../app/compile-resources.ts'
import { certificateOf } from '../oidc/provider/own-ways.ts'
import { reviewBundle } from '../outbound/authorities.ts'
import { certificateStanding } from '../outbound/identity/own-certificate.ts'
import type { ObjectRef } from '../policy/resource/resource.ts'
import {
  type LocatedProblem,
  locateProblem,
  sortProblems,
} from '../resources/manifest/diagnostics.ts'
import type { ManifestRead } from '../resources/manifest/joined-manifests.ts'

/** What is wrong with the certificates that providers and clients name. */
export interface CertificatesReview {
  /** No certificate is of use: no connection will be trusted, or no client. */
  readonly problems: readonly LocatedProblem[]
  /** Some are, and others are not; or one will soon not be. */
  readonly warnings: readonly LocatedProblem[]
}

const refOf = (kind: ObjectRef['kind'], name: string): ObjectRef => {
  const [namespace = '', own = ''] = name.split('/')
  return { kind, namespace, name: own }
}

interface Reviewed {
  readonly isUseless: boolean
  readonly told: LocatedProblem
}

const CERTIFICATE = ['spec', 'authentication', 'certificateRef']

const ofClients = (
  { clients }: Pick<CompiledResources, 'clients'>,
  { locate }: Pick<ManifestRead, 'locate'>,
  nowMs: number,
): readonly Reviewed[] =>
  clients.flatMap((client) => {
    const own = certificateOf(client)
    const standing = own === undefined ? undefined : certificateStanding(own, nowMs)
    if (standing === undefined || standing.state === 'valid') return []
    const message = `${standing.sentence}: put the next one into the Secret`
    const problem = { object: refOf('OIDCClient', client.name), field: CERTIFICATE, message }
    const told = locateProblem(problem, locate)
    return [{ isUseless: standing.state === 'unusable', told }]
  })

const ofProviders = (
  { providers }: Pick<CompiledResources, 'providers'>,
  { locate }: Pick<ManifestRead, 'locate'>,
  nowMs: number,
): readonly Reviewed[] => {
  const bundles = providers.flatMap(({ name, caPem, proxy }) => [
    { object: refOf('IdentityProvider', name), field: ['spec', 'tls', 'caRef'], pem: caPem },
    {
      object: refOf('IdentityProvider', name),
      field: ['spec', 'proxy', 'caRef'],
      pem: proxy?.caPem,
    },
  ])
  return bundles.flatMap(({ object, field, pem }) => {
    if (pem === undefined) return []
    const { complaints, isUseless } = reviewBundle(pem, nowMs)
    return complaints.map((complaint) => {
      const message = `${complaint}: put the present one of the authority there`
      return { isUseless, told: locateProblem({ object, field, message }, locate) }
    })
  })
}

/** Looks for certificates that are expired, not yet valid or unreadable, or are so before long. */
export const reviewCertificates = (
  compiled: Pick<CompiledResources, 'providers' | 'clients'>,
  read: Pick<ManifestRead, 'locate'>,
  nowMs: number,
): CertificatesReview => {
  const reviewed = [...ofProviders(compiled, read, nowMs), ...ofClients(compiled, read, nowMs)]
  const of = (isUseless: boolean): readonly LocatedProblem[] =>
    sortProblems(reviewed.filter((one) => one.isUseless === isUseless).map(({ told }) => told))
  return { problems: of(true), warnings: of(false) }
}
