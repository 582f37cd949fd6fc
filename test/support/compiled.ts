import { createHash } from 'node:crypto'
import { keepExpressions } from '../../src/app/expressions/kept-expressions.ts'
import type { Policy } from '../../src/core/policy/policy.ts'
import type { PolicyLookup } from '../../src/core/policy-source.ts'
import type { Client } from '../../src/core/registration/client.ts'
import { createExpressionCompiler } from '../../src/expressions/expression-compiler.ts'
import { type Compilation, type CompileInput, compile } from '../../src/policy/compile.ts'
import { searchPattern } from '../../src/policy/matching/text-pattern.ts'
import type { Resource } from '../../src/policy/resource/resource.ts'

/** SHA-256 in hexadecimal. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What reads expressions, as the process does. */
export const compileExpression = keepExpressions(createExpressionCompiler(searchPattern)).compile

/**
 * The compilation of these resources; nothing is invalid by its schema and nothing was there before
 * unless `more` says so.
 */
export const compiled = (
  resources: readonly Resource[],
  more: Partial<Omit<CompileInput, 'resources'>> = {},
): Compilation =>
  compile({
    resources,
    invalid: [],
    hash: sha256,
    expressions: () => compileExpression,
    options: { allowInsecureIssuers: false },
    ...more,
  })

/** The next compilation: what was good before is known to it. */
export const recompiled = (
  before: Compilation,
  resources: readonly Resource[],
  invalid: CompileInput['invalid'] = [],
): Compilation => compiled(resources, { previous: before.lastGood, invalid })

/** What the table says about a host. */
export const find = (compilation: Compilation, host = 'shop.example.com'): PolicyLookup =>
  compilation.table.find({ host, contextExtensions: {} })

/** The policy of a host. Throws if it has none. */
export const policyOf = (compilation: Compilation, host?: string): Policy => {
  const found = find(compilation, host)
  if (found.kind !== 'found') throw new Error(JSON.stringify(found))
  return found.policy
}

/** The client of a host. Throws if it has none. */
export const clientOf = (compilation: Compilation, host?: string): Client => {
  const [client] = policyOf(compilation, host).clients
  if (client === undefined) throw new Error('The policy has no client.')
  return client
}

/** What is wrong, in words. */
export const messages = (compilation: Compilation): readonly string[] =>
  compilation.problems.map(({ message }) => message)
