import { parse } from '@bufbuild/cel'
import type { StructuralSchema } from '../../src/resources/schema/structural-schema.ts'

type Expression = Exclude<ReturnType<typeof parse>['expr'], undefined>

type Call = Extract<Expression['exprKind'], { readonly case: 'callExpr' }>['value']

type Comprehension = Extract<
  Expression['exprKind'],
  { readonly case: 'comprehensionExpr' }
>['value']

const unknown = (what: string | undefined): never => {
  throw new Error(`The generator of rules does not know ${what}: teach it, and rule-functions.ts.`)
}

const there = (expression: Expression | undefined): Expression =>
  expression ?? unknown('an empty expression')

const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

/** Functions of CEL and operators whose arguments are all evaluated, and ours. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  '!_': 'not',
  '_==_': 'isSame',
  '_!=_': 'isOther',
  '_>_': 'isMore',
  '_<=_': 'isAtMost',
  '_>=_': 'isAtLeast',
  '_+_': 'sum',
  '_-_': 'difference',
  '_[_]': 'field',
  '@in': 'isIn',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
  contains: 'contains',
  size: 'size',
  duration: 'duration',
}

const callCode = ({ function: name, target, args }: Call): string => {
  const [first, second, third] = args
  if (name === '_&&_') return `both(() => ${code(first)}, () => ${code(second)})`
  if (name === '_||_') return `either(() => ${code(first)}, () => ${code(second)})`
  if (name === '_?_:_') {
    return `choose(${code(first)}, () => ${code(second)}, () => ${code(third)})`
  }
  const ours = FUNCTIONS[name] ?? unknown(name)
  return `${ours}(${[...(target === undefined ? [] : [target]), ...args].map(code).join(', ')})`
}

/** `all`, `exists` and `exists_one`, which the parser writes out. */
const comprehensionCode = ({ accuInit, loopStep, iterRange, iterVar }: Comprehension): string => {
  const { exprKind: start } = there(accuInit)
  const { exprKind: step } = there(loopStep)
  const constant = start.case === 'constExpr' ? start.value.constantKind : undefined
  if (step.case !== 'callExpr') return unknown(step.case)
  const [first, second] = step.value.args
  const over = (name: string, body: Expression | undefined): string =>
    `${name}(${code(iterRange)}, (${iterVar}) => ${code(body)})`
  if (constant?.case === 'boolValue') return over(constant.value ? 'all' : 'some', second)
  return constant?.case === 'int64Value' ? over('exactlyOne', first) : unknown('a comprehension')
}

const code = (expression: Expression | undefined): string => {
  const { exprKind } = there(expression)
  switch (exprKind.case) {
    case 'identExpr':
      return exprKind.value.name
    case 'selectExpr': {
      const { operand, field, testOnly } = exprKind.value
      return `${testOnly ? 'has' : 'field'}(${code(operand)}, ${quoted(field)})`
    }
    case 'constExpr': {
      const { constantKind } = exprKind.value
      if (constantKind.case === 'stringValue') return quoted(constantKind.value)
      if (constantKind.case === 'int64Value') return String(constantKind.value)
      return constantKind.case === 'boolValue'
        ? String(constantKind.value)
        : unknown(constantKind.case)
    }
    case 'listExpr':
      return `[${exprKind.value.elements.map(code).join(', ')}]`
    case 'callExpr':
      return callCode(exprKind.value)
    case 'comprehensionExpr':
      return comprehensionCode(exprKind.value)
    default:
      return unknown(exprKind.case)
  }
}

const rulesBelow = (schema: StructuralSchema): readonly string[] => [
  ...(schema['x-kubernetes-validations'] ?? []).map(({ rule }) => rule),
  ...Object.values(schema.properties ?? {}).flatMap(rulesBelow),
  ...(schema.items ? rulesBelow(schema.items) : []),
  ...(schema.additionalProperties ? rulesBelow(schema.additionalProperties) : []),
]

/** The rules of these schemas as TypeScript: the expression, and a function that does the same. */
export const printRules = (schemas: readonly StructuralSchema[]): string => {
  const rules = [...new Set(schemas.flatMap(rulesBelow))]
  const entries = rules.map(
    (rule) => `  [\n    ${quoted(rule)},\n    (self) => ${code(parse(rule).expr)},\n  ],`,
  )
  const names = [...new Set(entries.join('\n').match(/\b[a-zA-Z]+(?=\()/g) ?? [])]
  const known = new Set([...Object.values(FUNCTIONS), ...OTHERS])
  const used = names.filter((name) => known.has(name)).toSorted()
  return `// Generated from deploy/crds by tools/generate/resources.ts. Edit the definitions, not this file.
import {
${used.map((name) => `  ${name},`).join('\n')}
  type Rule,
} from './rule-functions.ts'

/** Every rule of the definitions: its expression in CEL, and the same as a function. */
export const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
${entries.join('\n')}
])
`
}

const OTHERS = ['both', 'either', 'choose', 'has', 'field', 'all', 'some', 'exactlyOne']
