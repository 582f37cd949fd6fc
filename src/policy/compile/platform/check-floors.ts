import { needsIdentity } from '../../../core/policy/needs-identity.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'
import type { Floor } from './floor.ts'

/** A rule, as far as nobody has to be known for it. */
interface Open {
  readonly public: boolean
  readonly authenticate: readonly { readonly kind: string }[]
}

const isAnonymous = ({ authenticate }: Open): boolean =>
  authenticate.some(({ kind }) => kind === 'anonymous')

const checkFloor = (
  { authorize }: Floor,
  rule: Open,
  field: FieldPath,
  findings: Findings,
): void => {
  const by = new Set(authorize.filter(needsIdentity).map((clause) => clause.by))
  if (by.size === 0 || !(rule.public || isAnonymous(rule))) return
  const open = rule.public ? 'public' : 'anonymous'
  const message = `Something is asked of everybody who is let through here, required by the platform (${[...by].join(', ')}), and by \`${open}\` people pass whom nobody knows: remove it, or ask whoever runs Sallyport`
  findings.add([...field, rule.public ? 'public' : 'authenticate'], message)
}

/**
 * Refuses the rules that let people pass of whom the platform requires something that nobody knows
 * of them. What a rule has from the route is said there.
 */
export const checkFloors = (
  { rules, fallback }: { readonly rules: readonly Open[]; readonly fallback: Open },
  floor: Floor,
  findings: Findings,
): void => {
  checkFloor(floor, fallback, ['spec'], findings)
  for (const [index, rule] of rules.entries()) {
    const isOwn = rule.public || rule.authenticate !== fallback.authenticate
    if (isOwn) checkFloor(floor, rule, ['spec', 'rules', index], findings)
  }
}
