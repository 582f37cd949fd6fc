import type { Finding } from '../../oidc/inspection/finding.ts'
import type { RegisteredUris } from '../terminal/registration-lines.ts'

/** What was found of one IdentityProvider. */
export interface ProviderReport {
  /** `namespace/name`. */
  readonly name: string
  readonly issuer: string
  readonly findings: readonly Finding[]
}

/** What was found of one OIDCClient. */
export interface ClientReport {
  readonly name: string
  readonly provider: string
  readonly clientId: string
  readonly register: RegisteredUris
  readonly findings: readonly Finding[]
}

/** What was found of one host of a route. */
export interface HostReport {
  readonly host: string
  readonly state: 'Programmed' | 'Broken' | 'Conflicted'
  /** When Envoy last asked, as RFC 3339; absent: never, or not known. */
  readonly lastCheckTime?: string
}

/** What was found of one ProtectedRoute. */
export interface RouteReport {
  readonly name: string
  readonly hosts: readonly HostReport[]
  readonly clients: readonly string[]
  readonly findings: readonly RouteFinding[]
}

/** One thing that was found of a route. */
export interface RouteFinding extends Omit<Finding, 'check'> {
  readonly check:
    | 'hosts'
    | 'clients'
    | 'step-up'
    | 'exchange'
    | 'envoy'
    | 'decision point'
    | 'devices'
    | 'discovery'
    | 'way in'
}

/** One thing to do. */
export interface Todo {
  readonly severity: 'problem' | 'warning'
  /** `Kind namespace/name`, or where the problem stands. */
  readonly about: string
  readonly message: string
}

/** Everything that a diagnosis found. */
export interface Report {
  /** Whether there is no problem; warnings may be there. */
  readonly ok: boolean
  readonly providers: readonly ProviderReport[]
  readonly clients: readonly ClientReport[]
  readonly routes: readonly RouteReport[]
  /** The most severe first, each once. */
  readonly todo: readonly Todo[]
}
