import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import type { Evaluated, ExpressionValue } from '../../src/core/policy/expression.ts'
import {
  CORPUS_CLAIMS,
  OTHER_EXPRESSIONS,
  randomExpressions,
  WRITTEN_EXPRESSIONS,
} from '../support/cel-corpus.ts'
import { compileExpression } from '../support/compiled.ts'
import { asked, someone } from '../support/expressions.ts'
import { askCelGo, type CelGoAnswer } from '../support/parts/cel-go.ts'

const RANDOM = 2_000

const identity = someone(CORPUS_CLAIMS)

const VARIABLES: Readonly<Record<string, ExpressionValue>> = {
  claims: CORPUS_CLAIMS,
  identity: {
    subject: identity.subject,
    issuer: identity.issuer,
    via: identity.via,
    client: 'shop/shop',
    scopes: identity.scopes,
  },
  request: {
    method: 'GET',
    host: 'shop.example.com',
    path: '/orders/7',
    headers: { 'x-kind': 'machine', 'x-bytes': 'Müller' },
    query: { a: ['1', '2'], b: ['ä c'] },
  },
  source: { address: '192.0.2.7' },
}

type Ours = Evaluated | { readonly kind: 'refused'; readonly message: string }

const ours = (written: string): Ours => {
  const compiled = compileExpression(written, 'value')
  if (!compiled.ok) return { kind: 'refused', message: compiled.messages.join('; ') }
  return compiled.expression.evaluate(identity, asked())
}

/** The same value, or none: what comes to nothing is told sooner by the one, later by the other. */
const isSame = (one: Ours, other: CelGoAnswer): boolean =>
  one.kind === 'value' && other.kind === 'value'
    ? isDeepStrictEqual(one.value, other.value)
    : one.kind !== 'value' && other.kind !== 'value'

const told = (answer: Ours | CelGoAnswer): string =>
  answer.kind === 'value' ? JSON.stringify(answer.value) : answer.kind

const compared = (expressions: readonly string[]) => {
  const answers = askCelGo({ variables: VARIABLES, nowMs: asked().nowMs, expressions })
  return expressions.map((written, at) => {
    const theirs = answers[at] ?? { kind: 'refused', message: 'no answer' }
    const mine = ours(written)
    return { written, isSame: isSame(mine, theirs), ours: mine, theirs }
  })
}

const asLine = ({ written, ours: mine, theirs }: ReturnType<typeof compared>[number]): string =>
  `${written}  ours: ${told(mine)}  cel-go: ${told(theirs)}`

it('says what cel-go says of every expression of the corpus', () => {
  expect(WRITTEN_EXPRESSIONS.length).toBeGreaterThan(300)
  expect(
    compared(WRITTEN_EXPRESSIONS)
      .filter((one) => !one.isSame)
      .map(asLine),
  ).toEqual([])
})

it('says what cel-go says of expressions of a grammar', () => {
  const all = compared(randomExpressions(20_261_129, RANDOM))
  expect(all.filter((one) => !one.isSame).map(asLine)).toEqual([])
  const values = all.filter(({ ours: { kind } }) => kind === 'value')
  expect(values.length).toBeGreaterThan(RANDOM / 5)
})

it('differs from cel-go where the documentation says so, and nowhere else', () => {
  const page = readFileSync(new URL('../../docs/authorization.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split('\n### Differences from cel-go\n')
  const [table = ''] = section.split('\n#')
  const lines = compared(OTHER_EXPRESSIONS).map(
    (one) => `${one.written} | ${told(one.ours)} | ${told(one.theirs)}`,
  )
  const documented = table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.replace(/^\| `(.*?)` \| (.*?) \| (.*?) \|.*$/, '$1 | $2 | $3'))
  expect(documented.toSorted()).toEqual(lines.toSorted())
  expect(
    compared(OTHER_EXPRESSIONS)
      .filter((one) => one.isSame)
      .map(asLine),
  ).toEqual([])
})
