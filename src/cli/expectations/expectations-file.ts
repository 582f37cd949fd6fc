import { dirname, isAbsolute, join } from 'node:path'
import { areClaims, type ReadClaims } from '../../explain/offline/claims-text.ts'
import type { Somebody } from '../../explain/offline/somebody.ts'
import { printable } from '../../explain/words/printable.ts'
import type { DecisionName } from '../../observability/lines/decision-name.ts'
import { readClaimsFile } from '../offline/claims-file.ts'
import type { NamedText } from '../terminal/standard-input.ts'
import type { Case, Expectations, Expected, ExpectedHeaders } from './expectation.ts'
import { VERDICTS } from './expectations-schema.ts'
import {
  type ReadExpectations,
  readExpectationsText,
  type WrittenCase,
  type WrittenExpectations,
} from './expectations-text.ts'

/** What is read of a file, or everything that is wrong with it, each a line. */
export type ReadFile =
  | { readonly kind: 'expectations'; readonly expectations: Expectations }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

/** When cases are asked that do not say it: a file means the same on every day. */
const STANDARD_NOW = '2026-01-01T00:00:00Z'

type Written = Extract<ReadExpectations, { readonly kind: 'expectations' }>

const beside = (file: string, path: string): string =>
  isAbsolute(path) ? path : join(dirname(file), path)

const lowerNames = <T>(headers: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const headersOf = (part: ExpectedHeaders | undefined): ExpectedHeaders | undefined =>
  part?.headers === undefined ? undefined : { headers: lowerNames(part.headers) }

const verdictOf = (written: string | undefined): DecisionName | undefined =>
  VERDICTS.find((one) => one === written)

const expectedOf = ({ verdict, upstream, response, ...rest }: WrittenCase['expect']): Expected => {
  const name = verdictOf(verdict)
  const [forwarded, answered] = [headersOf(upstream), headersOf(response)]
  return {
    ...rest,
    ...(name === undefined ? {} : { verdict: name }),
    ...(forwarded === undefined ? {} : { upstream: forwarded }),
    ...(answered === undefined ? {} : { response: answered }),
  }
}

const NO_CLAIMS: ReadClaims = { kind: 'claims', claims: {} }

const claimsOf = async (file: string, one: WrittenCase): Promise<ReadClaims> => {
  const { claims, claimsFile } = one
  if (claimsFile !== undefined) return readClaimsFile(beside(file, claimsFile))
  return areClaims(claims) ? { kind: 'claims', claims } : NO_CLAIMS
}

const saysWho = ({ as, claims, claimsFile, scopes, client }: WrittenCase): boolean =>
  as !== 'nobody' && [as, claims, claimsFile, scopes, client].some((one) => one !== undefined)

const somebodyOf = (
  one: WrittenCase,
  { claims }: Extract<ReadClaims, { readonly kind: 'claims' }>,
): { readonly somebody?: Somebody } => {
  const { as, scopes, client } = one
  if (!saysWho(one)) return {}
  return {
    somebody: {
      via: as === 'bearer' ? 'bearer' : 'session',
      claims,
      ...(scopes === undefined ? {} : { scopes }),
      ...(client === undefined ? {} : { client }),
    },
  }
}

const caseOf = (
  one: WrittenCase,
  line: number,
  now: string | undefined,
  claims: Extract<ReadClaims, { readonly kind: 'claims' }>,
): Case => ({
  name: one.name,
  line,
  request: {
    url: one.url,
    method: one.method ?? 'GET',
    headers: Object.entries(lowerNames(one.headers ?? {})),
    ...(one.sourceAddress === undefined ? {} : { address: one.sourceAddress }),
  },
  nowMs: Date.parse(one.now ?? now ?? STANDARD_NOW),
  ...somebodyOf(one, claims),
  ...(one.decisionPoint === undefined ? {} : { decisionPoint: one.decisionPoint }),
  expect: expectedOf(one.expect),
})

const casesIn = async (
  file: string,
  { written, lineOf, problemAt }: Written,
): Promise<{ readonly cases: readonly Case[]; readonly problems: readonly string[] }> => {
  const cases: Case[] = []
  const problems: string[] = []
  for (const [at, one] of written.cases.entries()) {
    const read = await claimsOf(file, one)
    if (read.kind === 'problems') {
      const place = ['cases', at, 'claimsFile']
      problems.push(...read.problems.map((problem) => problemAt(place, `: ${printable(problem)}`)))
    } else {
      cases.push(caseOf(one, lineOf(['cases', at, 'name']), written.now, read))
    }
  }
  return { cases, problems }
}

const NO_RESOURCES =
  'is required but not set: the manifests to ask, as files or folders beside this file; or give --resources'

const resourcesOf = (
  file: string,
  { resources }: WrittenExpectations,
  given: readonly string[] | undefined,
): readonly string[] => given ?? (resources ?? []).map((path) => beside(file, path))

/**
 * Reads a file of expectations with the claims that it names. Never rejects. `given` are the
 * resources of the command line, which go before those of the file.
 */
export const readExpectationsFile = async (
  { name: file, text }: NamedText,
  given: readonly string[] | undefined,
): Promise<ReadFile> => {
  if (text.kind === 'unreadable') {
    return { kind: 'problems', problems: [`${printable(file)}: ${text.message}`] }
  }
  const read = readExpectationsText(text.text, printable(file))
  if (read.kind === 'problems') return read
  const { cases, problems } = await casesIn(file, read)
  const resources = resourcesOf(file, read.written, given)
  const absent = resources.length === 0 ? [read.problemAt(['resources'], NO_RESOURCES)] : []
  const all = [...absent, ...problems]
  return all.length === 0
    ? { kind: 'expectations', expectations: { resources, cases } }
    : { kind: 'problems', problems: all }
}
