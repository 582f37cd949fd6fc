import type { Access } from '../../core/decision/decision.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { CelRequirement } from '../../core/policy/requirement.ts'
import type { Asked } from '../../core/request/asked.ts'

/** So much of an expression is enough to know it by in a log. */
const MOST_CHARACTERS = 200

const quoted = (written: string): string => {
  const line = written.replace(/\s+/g, ' ').trim()
  return `\`${line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line}\``
}

/**
 * What an expression makes of an identity and of what is asked for. It permits only what it says is
 * true: whatever else it comes to, or that it fails, is named apart from a plain no.
 */
export const evaluateExpression = (
  { expression }: CelRequirement,
  identity: Identity,
  asked?: Asked,
): Access => {
  const outcome = expression.evaluate(identity, asked)
  if (outcome.kind === 'failed') {
    const detail = `The expression ${quoted(expression.written)} failed: ${outcome.detail}.`
    return { kind: 'clause_refused', reason: 'expression_failed', detail }
  }
  if (outcome.value === true) return { kind: 'permitted' }
  if (outcome.value === false) {
    const detail = `The expression ${quoted(expression.written)} is false.`
    return { kind: 'clause_refused', reason: 'expression_refused', detail }
  }
  const detail = `The expression ${quoted(expression.written)} came to something that is neither true nor false.`
  return { kind: 'clause_refused', reason: 'expression_failed', detail }
}
