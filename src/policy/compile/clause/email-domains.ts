import type { EmailDomainsRequirement } from '../../../core/policy/requirement.ts'
import { emailDomain } from '../../matching/email-domain.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'

/** A clause about where the e-mail address is. */
export const emailDomainsRequirement = (
  written: readonly string[],
  allowUnverified: boolean,
  field: FieldPath,
  findings: Findings,
): EmailDomainsRequirement => {
  const here = [...field, 'emailDomains']
  if (written.length === 0) findings.add(here, 'The list names no domain: add one')
  const domains = written.flatMap((text, index) => {
    const domain = findings.take([...here, index], 'domain', text, emailDomain(text))
    return domain === undefined ? [] : [domain]
  })
  return { kind: 'email_domains', domains, allowUnverified }
}
