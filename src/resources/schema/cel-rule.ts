import { type CelInput, celEnv, parse, plan } from '@bufbuild/cel'
import type { ValidationRule } from './structural-schema.ts'

const environment = celEnv()

/**
 * Compiles the expression of a rule; the result tells whether a value keeps it. An expression that
 * fails on a value counts as broken, as it does at the API server. Rules use standard CEL only.
 * @throws Error if the expression does not parse: a defect of the definition.
 */
export const compileRule = (rule: ValidationRule): ((self: CelInput) => boolean) => {
  const evaluate = plan(environment, parse(rule.rule))
  return (self) => evaluate({ self }) === true
}
