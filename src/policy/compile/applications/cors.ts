import type { Cors, OriginsBelow } from '../../../core/policy/applications.ts'
import { type Checked, right, wrong } from '../../matching/checked.ts'
import { cookieDomain } from '../../matching/cookie-domain.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteCors } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const ANY = '*'
const WILDCARD = 'https://*.'

const HIGHEST_PORT = 65_535

type Origin =
  | { readonly kind: 'one'; readonly origin: string }
  | OriginsBelowOne
  | { readonly kind: 'any' }

interface OriginsBelowOne extends OriginsBelow {
  readonly kind: 'below'
}

const portOf = (written: string): string => /:[0-9]+$/.exec(written)?.[0] ?? ''

/** Whoever may register a name below a public suffix is nobody's own page. */
const below = (written: string, port: string): Checked<Origin> => {
  const domain = written.slice(WILDCARD.length, written.length - port.length)
  const checked = cookieDomain(domain)
  if (!checked.ok) return wrong('stands for everybody who has a name there: list the origins')
  return right({ kind: 'below', suffix: `.${domain}`, port })
}

/** A member of `allowOrigins`. */
const originOf = (written: string): Checked<Origin> => {
  if (written === ANY) return right({ kind: 'any' })
  const port = portOf(written)
  if (port === ':443') return wrong('is not what browsers write: leave out `:443`')
  if (Number(port.slice(1)) > HIGHEST_PORT) return wrong('has a port above 65535')
  return written.startsWith(WILDCARD)
    ? below(written, port)
    : right({ kind: 'one', origin: written })
}

const originsOf = (
  written: readonly string[],
  field: FieldPath,
  findings: Findings,
): readonly Origin[] =>
  written.flatMap((one, index) => {
    const taken = findings.take([...field, index], 'origin', one, originOf(one))
    return taken === undefined ? [] : [taken]
  })

/** What `cors` says; `undefined` for an empty list of origins, which turns it off. */
const corsOf = (
  written: ProtectedRouteCors,
  field: FieldPath,
  findings: Findings,
): Cors | undefined => {
  const { allowOrigins, allowMethods, allowCredentials: credentials } = written
  const origins = originsOf(allowOrigins, [...field, 'allowOrigins'], findings)
  const anyOrigin = origins.some(({ kind }) => kind === 'any')
  if (anyOrigin && credentials) {
    const message =
      '`*` with `allowCredentials` would let every page read what its visitors may: list the origins'
    findings.add([...field, 'allowOrigins'], message)
  }
  const bounds = { leastMs: 0, mostMs: DAY_MS }
  const maxAgeMs = findings.durationMs([...field, 'maxAge'], written.maxAge, bounds)
  if (allowOrigins.length === 0) return undefined
  return {
    anyOrigin,
    origins: new Set(origins.flatMap((one) => (one.kind === 'one' ? [one.origin] : []))),
    domains: origins.flatMap((one) =>
      one.kind === 'below' ? [{ suffix: one.suffix, port: one.port }] : [],
    ),
    ...(allowMethods === undefined ? {} : { methods: [...allowMethods] }),
    headers: [...written.allowHeaders],
    exposed: [...written.exposeHeaders],
    credentials,
    maxAgeSeconds: Math.floor(maxAgeMs / 1_000),
  }
}

/** What a rule has of `cors`: its own, or what it inherits where it says nothing. */
export const inheritedCors = (
  written: ProtectedRouteCors | undefined,
  inherited: { readonly cors?: Cors },
  field: FieldPath,
  findings: Findings,
): { readonly cors?: Cors } => {
  if (written === undefined) return inherited.cors === undefined ? {} : { cors: inherited.cors }
  const cors = corsOf(written, field, findings)
  return cors === undefined ? {} : { cors }
}
