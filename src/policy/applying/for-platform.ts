import type { Access } from '../../core/decision/decision.ts'
import type { PlatformRequirement } from '../../core/policy/requirement.ts'

/** What the clause of a platform's requirement came to, with who requires it. */
export const forPlatform = ({ by }: PlatformRequirement, access: Access): Access =>
  access.kind === 'permitted' ? access : { kind: 'platform_refused', by, refusal: access }
