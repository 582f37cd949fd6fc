/** What a clause in CEL costs: `make bench-expressions`. Processor time of this process alone. */
import { createExpressionCompiler } from '../src/expressions/expression-compiler.ts'
import { searchPattern } from '../src/policy/matching/text-pattern.ts'

const TIMES = 200_000
const ROUNDS = 9

/** Ten operations and the claims that they look at. */
const TEN =
  'claims.email.endsWith("@example.com") && claims.level >= 2 && "admins" in claims.groups && (request.method == "GET" || request.path.startsWith("/api/"))'

const IDENTITY = {
  issuer: 'https://sso.example.com',
  subject: 'subject-1',
  via: 'session',
  scopes: ['openid'],
  claims: { email: 'ann@example.com', level: 3, groups: ['buyers', 'admins'] },
}

const ASKED = {
  nowMs: 0,
  request: {
    method: 'POST',
    host: 'shop.example.com',
    path: { canonical: '/api/orders', unambiguous: true, query: '' },
    header: () => undefined,
    headerNames: () => [],
    encoding: 'text' as const,
  },
}

const compiled = createExpressionCompiler(searchPattern)(TEN, 'condition')
if (!compiled.ok) throw new Error(compiled.messages.join('\n'))
const { expression } = compiled

const round = (): number => {
  const before = process.cpuUsage()
  for (let at = 0; at < TIMES; at += 1) {
    const outcome = expression.evaluate(IDENTITY, ASKED)
    if (outcome.kind === 'failed' || outcome.value !== true) throw new Error('It is not true.')
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / TIMES
}

const rounds = Array.from({ length: ROUNDS }, round).toSorted((a, b) => a - b)
const median = rounds[Math.floor(ROUNDS / 2)] ?? 0
console.log(
  `${TEN}\n${median.toFixed(2)} µs of processor time each, the median of ${ROUNDS} rounds`,
)
