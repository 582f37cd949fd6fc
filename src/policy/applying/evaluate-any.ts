import type { Access, Refusal } from '../../core/decision/decision.ts'
import type { AnyRequirement, PlatformRequirement } from '../../core/policy/requirement.ts'

/** What an alternative comes to. */
type Ask = (clause: AnyRequirement['clauses'][number]) => Access

const isMissingScopes = (one: Refusal): one is Refusal & { readonly kind: 'scope_missing' } =>
  one.kind === 'scope_missing'

const refusedBy = (each: readonly Refusal[]): Refusal => {
  const stepUp = each.find(({ kind }) => kind === 'step_up')
  if (stepUp !== undefined) return stepUp
  const [first, ...others] = each.filter(isMissingScopes)
  if (first === undefined || others.length + 1 < each.length) return { kind: 'none_holds', each }
  if (others.length === 0) return first
  return { ...first, alternatives: others.map(({ required }) => required) }
}

/**
 * Permitted by the first alternative that holds. Where scopes are all that is missing, those of the
 * first are asked for, so that a client can be told to get them (RFC 6750 section 3.1); where one
 * lacks nothing but another authentication, that is asked for.
 */
export const evaluateAny = ({ clauses }: AnyRequirement, ask: Ask): Access => {
  const each: Refusal[] = []
  for (const clause of clauses) {
    const access = ask(clause)
    if (access.kind === 'permitted') return access
    each.push(access)
  }
  return refusedBy(each)
}

/** What the clause of a platform's requirement came to, with who requires it. */
export const forPlatform = ({ by }: PlatformRequirement, access: Access): Access =>
  access.kind === 'permitted' ? access : { kind: 'platform_refused', by, refusal: access }
