import type {
  AskedIdentity,
  AskedRequest,
  Evaluated,
  ExpressionUse,
} from '../../src/core/policy/expression.ts'
import { compileExpression } from './compiled.ts'

/** Somebody with these claims. */
export const someone = (claims: AskedIdentity['claims'] = {}): AskedIdentity => ({
  issuer: 'https://sso.example.com',
  subject: 'subject-1',
  via: 'session',
  client: 'shop/shop',
  scopes: ['openid', 'orders:read'],
  claims,
})

/** A request as it is asked about, at the beginning of 2026. */
export const asked = (more: Partial<AskedRequest['request']> = {}): AskedRequest => ({
  nowMs: Date.UTC(2026, 0, 1),
  request: {
    method: 'GET',
    host: 'shop.example.com',
    path: { canonical: '/orders/7', unambiguous: true, query: 'a=1&a=2&b=%C3%A4+c' },
    header: (name) => ({ 'x-kind': 'machine', 'x-bytes': 'M\u00c3\u00bcller' })[name],
    headerNames: () => ['x-kind', 'X-Bytes'],
    encoding: 'bytes',
    address: '192.0.2.7',
    ...more,
  },
})

/** What is wrong with an expression; nothing, if it compiles. */
export const problems = (written: string, use: ExpressionUse = 'value'): readonly string[] => {
  const compiled = compileExpression(written, use)
  return compiled.ok ? [] : compiled.messages
}

/** What an expression comes to. @throws Error with what is wrong if it does not compile */
export const outcome = (
  written: string,
  identity: AskedIdentity = someone(),
  about: AskedRequest | undefined = asked(),
): Evaluated => {
  const compiled = compileExpression(written, 'value')
  if (!compiled.ok) throw new Error(compiled.messages.join('\n'))
  return compiled.expression.evaluate(identity, about)
}

/** The value of an expression. @throws Error with why there is none */
export const evaluated = (
  written: string,
  identity: AskedIdentity = someone(),
  about: AskedRequest | undefined = asked(),
): unknown => {
  const came = outcome(written, identity, about)
  if (came.kind === 'failed') throw new Error(came.detail)
  return came.value
}
