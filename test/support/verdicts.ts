import type { Allow, Deny, Verdict } from '../../src/core/decision/decision.ts'

/** The verdict as a denial; throws if the request was let through. */
export const denied = (verdict: Verdict): Deny => {
  if (verdict.kind !== 'deny') throw new Error(`The request was let through: ${verdict.reason}`)
  return verdict
}

/** The verdict as an allow; throws if the request was refused. */
export const allowed = (verdict: Verdict): Allow => {
  if (verdict.kind !== 'allow') throw new Error(`The request was refused: ${verdict.reason}`)
  return verdict
}

/** Every value of a response header. */
export const headersOf = (verdict: Deny, name: string): readonly string[] =>
  verdict.headers.flatMap(([key, value]) => (key === name ? [value] : []))

/** The one value of a response header; throws if there is none. */
export const headerOf = (verdict: Deny, name: string): string => {
  const [value] = headersOf(verdict, name)
  if (value === undefined) throw new Error(`The answer has no ${name} header.`)
  return value
}

/** The cookies that an answer sets, by name; a removed one is the empty string. */
export const cookiesOf = (verdict: Deny): Readonly<Record<string, string>> =>
  Object.fromEntries(
    headersOf(verdict, 'set-cookie').map((line) => {
      const [pair = ''] = line.split(';')
      const equals = pair.indexOf('=')
      return [pair.slice(0, equals), pair.slice(equals + 1)]
    }),
  )

/** Those cookies as the browser would send them back. */
export const cookieHeaderOf = (verdict: Deny): string =>
  Object.entries(cookiesOf(verdict))
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')
