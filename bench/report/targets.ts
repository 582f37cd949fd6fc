import type { Figures, SubjectKey } from './figures.ts'
import { markdownTable } from './markdown.ts'

/** What a build is to reach. */
export interface Target {
  readonly name: string
  /** Which figure, as it is noted. */
  readonly what: string
  /** What it is divided by; absent: the figure itself, in `unit`. */
  readonly to?: SubjectKey
  readonly unit?: string
  /** What the figure is a ratio to, where that is none of the subjects. */
  readonly beside?: string
  readonly atMost: number
}

const cpu = (row: string): string => `cpu ${row}`

/** The same for several kinds of check: their bounds beside the build before and the no-ops. */
const rows = (
  keys: Readonly<Record<string, string>>,
  bounds: Partial<Record<SubjectKey, number>>,
): readonly Target[] =>
  Object.entries(keys).flatMap(([key, name]) =>
    Object.entries(bounds).map(([to, atMost]) => ({
      name,
      what: cpu(key),
      to: to as SubjectKey,
      atMost,
    })),
  )

const way = (key: string, name: string, atMost: number): Target => ({
  name,
  what: `way ratio ${key}`,
  beside: 'a JWT seen before',
  atMost,
})

const device = (key: string, name: string, atMost: number): Target => ({
  name,
  what: `device ratio ${key}`,
  beside: 'a session bound to no device',
  atMost,
})

const traced = (key: string, name: string): Target => ({
  name: `${name}, one in 1,000 traced`,
  what: `traced ratio ${key}`,
  beside: 'no traces',
  atMost: 1.05,
})

/** What the hot path was rebuilt for. */
export const TARGETS: readonly Target[] = [
  ...rows(
    { session: 'cached session', 'jwt-seen': 'JWT seen', public: 'public path' },
    { before: 0.2, 'grpc-js': 0.35, 'grpc-go': 0.7 },
  ),
  ...rows(
    { 'refused-401': 'refused, 401', 'refused-403': 'refused, 403' },
    { before: 0.22, 'grpc-js': 0.45 },
  ),
  ...rows(
    { redirect: 'redirect', 'no-session': 'a cookie that is no session' },
    { before: 0.3, 'grpc-js': 1.6 },
  ),
  ...rows({ 'no-token': 'a bearer that is no token' }, { before: 0.25 }),
  ...rows({ forged: 'a forged JWT' }, { before: 0.45 }),
  ...rows({ 'jwt-unseen': 'JWT never seen (RS256)' }, { before: 0.35 }),
  ...rows({ redis: 'Redis, distinct sessions' }, { before: 0.45 }),
  way('introspected', 'introspected before', 1.1),
  way('exchanged', 'exchanged before', 1.1),
  way('dpop', 'a DPoP proof (ES256)', 2.5),
  device('bound', 'a bound session', 1.1),
  device('bound-anew', 'a bound session, cookie never seen', 1.6),
  traced('session', 'cached session'),
  traced('jwt-seen', 'JWT seen'),
  traced('public', 'public path'),
  traced('redirect', 'redirect'),
  {
    name: 'garbage per session hit',
    what: 'garbage session',
    unit: 'KiB',
    atMost: 10,
  },
  ...(['session', 'redirect'] as const).flatMap((row): readonly Target[] => [
    { name: `p99 of a ${row}`, what: `p99 ${row}`, to: 'before', atMost: 0.35 },
    { name: `p99 of a ${row}`, what: `p99 ${row}`, to: 'grpc-js', atMost: 0.5 },
  ]),
  { name: 'RSS per cached session', what: 'session RSS', unit: 'KiB', atMost: 2.2 },
  {
    name: 'longest block by one edit among 20,000 routes',
    what: 'block 20000',
    unit: 'ms',
    atMost: 50,
  },
  { name: 'CPU until ready', what: 'start CPU', to: 'before', atMost: 0.5 },
  { name: 'RSS when ready and idle', what: 'idle RSS', to: 'before', atMost: 0.65 },
]

/** How a target stands: met, missed by how much, or not measured. */
export interface Standing {
  readonly target: Target
  readonly got: number | undefined
  readonly isMet: boolean
}

/** How each target stands with what was measured. */
export const standings = (figures: Figures): readonly Standing[] =>
  TARGETS.map((target) => {
    const { what, to, atMost } = target
    const got = to === undefined ? figures.get(what, 'after') : figures.ratio(what, 'after', to)
    // Nothing needs nothing: what is not above zero was lost in noise.
    return { target, got, isMet: got !== undefined && got > 0 && got <= atMost }
  })

const TO: Readonly<Record<SubjectKey, string>> = {
  before: 'the build before',
  after: 'itself',
  again: 'its copy',
  'grpc-js': 'the no-op on grpc-js',
  'grpc-go': 'the no-op on grpc-go',
}

const figureText = (value: number, unit: string | undefined): string =>
  unit === undefined ? value.toFixed(2) : `${value.toFixed(1)} ${unit}`

const verdict = ({ target, got, isMet }: Standing): string => {
  if (got === undefined) return 'not measured'
  if (got <= 0) return '✗ lost in noise'
  if (isMet) return '✓'
  return `✗ ${(got / target.atMost).toFixed(2)} of what it may be`
}

/** The table of the targets. */
export const targetTable = (figures: Figures): string =>
  markdownTable(
    ['target', 'beside', 'at most', 'measured', ''],
    standings(figures).map((one) => {
      const { name, to, unit, beside, atMost } = one.target
      return [
        name,
        to === undefined ? (beside ?? '') : TO[to],
        unit === undefined ? atMost.toFixed(2) : `${atMost} ${unit}`,
        one.got === undefined ? '' : figureText(one.got, unit),
        verdict(one),
      ]
    }),
  )
