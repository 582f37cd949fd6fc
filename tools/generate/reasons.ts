import { type FaultCode, faults } from '../../src/core/reason/fault.ts'
import { type Reason, reasons } from '../../src/core/reason/reason.ts'
import type { ReasonEntry, ReasonKind } from '../../src/core/reason/reason-entry.ts'
import { keepCurrent } from './output.ts'

const INTRODUCTION = `# Reasons

Generated from the tables in \`src/core/reason\`; edit those and run \`make generate\`.

Every answer carries one reason: in the response header \`x-sallyport-reason\` of denials, on the page or in the problem
document, in the decision log and in the label of \`sallyport_checks_total\`. A code is never renamed or reused.
`

const KINDS: Readonly<Record<ReasonKind, string>> = {
  allow: 'Let through',
  login: 'Sent to the provider to sign in',
  redirect: 'Sent on by us',
  page: 'Answered with a page',
  challenge: 'Not authenticated',
  forbid: 'Not permitted',
  reject: 'Not accepted',
  unavailable: 'Not possible at the moment',
}

const faultText = (code: FaultCode): readonly string[] => {
  const { meaning, retryAfterSeconds } = { retryAfterSeconds: undefined, ...faults[code] }
  const retry =
    retryAfterSeconds === undefined ? '' : ` Carries \`Retry-After: ${retryAfterSeconds}\`.`
  return ['', `**Fault**: ${meaning}${retry}`]
}

const isFault = (code: string): code is FaultCode => Object.hasOwn(faults, code)

const section = (code: string, { status, message, remedy }: ReasonEntry): string =>
  [
    `### ${code}`,
    '',
    `**Status** ${status}. ${message}`,
    '',
    `**What to do**: ${remedy}`,
    ...(isFault(code) ? faultText(code) : []),
    '',
  ].join('\n')

const entries: readonly (readonly [Reason, ReasonEntry])[] = Object.entries(reasons) as [
  Reason,
  ReasonEntry,
][]

const kindSection = ([kind, title]: readonly [string, string]): string => {
  const rows = entries.filter(([, entry]) => entry.kind === kind)
  return [
    `## ${title}`,
    '',
    `Decision \`${kind}\`.`,
    '',
    ...rows.map((entry) => section(...entry)),
  ].join('\n')
}

/** The text of docs/reasons.md. */
export const printReasons = (): string =>
  [INTRODUCTION, ...Object.entries(KINDS).map(kindSection)].join('\n')

if (import.meta.main) {
  process.exitCode = keepCurrent('docs/reasons.md', printReasons())
}
