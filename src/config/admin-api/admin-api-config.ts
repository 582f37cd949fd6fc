import type { WrittenConfiguration } from '../schema/schema.ts'

/** The admin API as configured. */
export interface AdminApiConfig {
  readonly listen: string
  /** Whether there are pages below `/console/`. */
  readonly console: boolean
  readonly tokenFile?: string
  /** Absent: plain text. */
  readonly tls?: {
    readonly certFile: string
    readonly keyFile: string
    readonly clientCaFile?: string
  }
  /** Absent: whoever has a certificate may do everything. */
  readonly certificates?: Roles
  /** Absent: assertions mean nothing. */
  readonly assertion?: Roles & {
    readonly audience: string
    /** The ProtectedRoute that alone may have it, as `namespace/name`. */
    readonly route: string
    /** In lower case. */
    readonly header: string
    /** The path of a claim, as text. */
    readonly claim: string
  }
}

/** Who may do what; who ends sessions sees as well. */
interface Roles {
  readonly view: readonly string[]
  readonly endSessions: readonly string[]
}

type Written = WrittenConfiguration['adminApi']

const tlsOf = ({
  certFile,
  keyFile,
  clientCaFile,
}: Written['tls']): Pick<AdminApiConfig, 'tls'> => {
  if (certFile === undefined || keyFile === undefined) return {}
  const clients = clientCaFile === undefined ? {} : { clientCaFile }
  return { tls: { certFile, keyFile, ...clients } }
}

const rolesOf = ({ view, endSessions }: Written['certificates']): Roles => ({
  view: view ?? [],
  endSessions: endSessions ?? [],
})

const certificatesOf = (written: Written['certificates']): Pick<AdminApiConfig, 'certificates'> =>
  written.view === undefined && written.endSessions === undefined
    ? {}
    : { certificates: rolesOf(written) }

const assertionOf = (written: Written['assertion']): Pick<AdminApiConfig, 'assertion'> => {
  const { audience, route, header, claim } = written
  if (audience === undefined || route === undefined || claim === undefined) return {}
  return { assertion: { audience, route, header, claim, ...rolesOf(written) } }
}

/** The admin API of a configuration; nothing without an address. */
export const adminApiOf = (written: Written): { readonly adminApi?: AdminApiConfig } => {
  const { listen, console, tokenFile } = written
  if (listen === undefined) return {}
  return {
    adminApi: {
      listen,
      console,
      ...(tokenFile === undefined ? {} : { tokenFile }),
      ...tlsOf(written.tls),
      ...certificatesOf(written.certificates),
      ...assertionOf(written.assertion),
    },
  }
}
