import type {
  CompiledExpression,
  CompileExpression,
  Evaluated,
  Expression,
  ExpressionUse,
} from '../core/policy/expression.ts'
import { check } from './checking/check.ts'
import { ofRequest } from './checking/variables.ts'
import { claimsOf } from './claims.ts'
import type { Frame, Plan } from './planning/frame.ts'
import { type CompilePattern, planOf } from './planning/plan.ts'
import { type Node, partsOf } from './syntax/node.ts'
import { parseExpression } from './syntax/parse.ts'
import { toJson } from './value/json.ts'
import { MOST_UNITS, TOO_COSTLY } from './value/meter.ts'
import { Failure } from './value/value.ts'

const TRUE: Evaluated = { kind: 'value', value: true }
const FALSE: Evaluated = { kind: 'value', value: false }

const failed = ({ message, at }: Failure): Evaluated => ({
  kind: 'failed',
  detail: at === undefined ? message : `${message} (at character ${at + 1})`,
})

/**
 * Whatever came to more than its limit, or compared what nobody knows, has failed, even where an
 * operator made light of that.
 */
const outcomeOf = (plan: Plan, frame: Frame): Evaluated => {
  const value = plan(frame)
  if (frame.left < 0) return failed(TOO_COSTLY)
  if (frame.unknown !== undefined) return failed(frame.unknown)
  if (value === true) return TRUE
  if (value === false) return FALSE
  const json = value instanceof Failure ? value : toJson(value, frame)
  return json instanceof Failure ? failed(json) : { kind: 'value', value: json }
}

/** Of values so deep within one another that looking into them takes more room than there is. */
const TOO_DEEP = new Failure('values lie too deep within one another here')

const evaluated = (plan: Plan, frame: Frame): Evaluated => {
  try {
    return outcomeOf(plan, frame)
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    return failed(TOO_DEEP)
  }
}

/** Whether anything but the identity is named, or a walk has such a name for its own. */
const looksAtRequest = (node: Node): boolean =>
  (node.kind === 'name' && ofRequest.has(node.name)) || partsOf(node).some(looksAtRequest)

const expressionOf = (written: string, root: Node, plan: Plan): Expression => ({
  written,
  looksAt: looksAtRequest(root) ? 'request' : 'identity',
  claims: claimsOf(root),
  evaluate: (identity, asked) => evaluated(plan, { left: MOST_UNITS, identity, asked, locals: [] }),
})

const compile = (
  written: string,
  use: ExpressionUse,
  pattern: CompilePattern,
): CompiledExpression => {
  const parsed = parseExpression(written)
  if (!parsed.ok) return parsed
  const messages = [...check(parsed.root, use)]
  if (messages.length > 0) return { ok: false, messages }
  const plan = planOf(parsed.root, {
    pattern,
    locals: [],
    tell: (message, at) => void messages.push(`at character ${at + 1} ${message}`),
  })
  if (messages.length > 0) return { ok: false, messages }
  return { ok: true, expression: Object.freeze(expressionOf(written, parsed.root, plan)) }
}

/** A compiler of expressions, with what compiles their patterns. It keeps nothing. */
export const createExpressionCompiler =
  (pattern: CompilePattern): CompileExpression =>
  (written, use) =>
    compile(written, use, pattern)
