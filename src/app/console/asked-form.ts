import type { ExplainRequest } from '../../core/console/console-data.ts'
import { reasonEntry } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import { trimBlanks } from '../../core/request/trim-blanks.ts'
import { askedRequest, isAskable } from '../../explain/offline/asked-request.ts'
import { readClaimsText } from '../../explain/offline/claims-text.ts'
import type { Somebody } from '../../explain/offline/somebody.ts'
import { parseJsonObject } from '../../outbound/json.ts'

/** What a form asks for, or everything that is wrong with it, in sentences. */
export type AskedForm =
  | { readonly kind: 'asked'; readonly request: Request; readonly somebody?: Somebody }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

/**
 * Checks wait while YAML is read, and some of it takes long: no more than people write by hand.
 * JSON is read in no time.
 */
const MOST_YAML = 4_096

/** A request is no longer than what gateways let through; claims than those of any token. */
const MOST: Readonly<Record<keyof ExplainRequest, number>> = {
  url: 8_192,
  method: 64,
  headers: 16_384,
  sourceAddress: 64,
  via: 16,
  claims: 32_768,
  scopes: 4_096,
  client: 512,
}

const NAMES: Readonly<Record<keyof ExplainRequest, string>> = {
  url: 'URL',
  method: 'Method',
  headers: 'Headers',
  sourceAddress: 'Source address',
  via: 'Asked as',
  claims: 'Claims',
  scopes: 'Scopes',
  client: 'Client',
}

const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$/s
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const isField = (name: string): name is keyof ExplainRequest => Object.hasOwn(MOST, name)

const lengthProblems = (form: ExplainRequest): readonly string[] =>
  Object.entries(form).flatMap(([name, text]) => {
    if (!isField(name) || text.length <= MOST[name]) return []
    const { length } = text
    return [`${NAMES[name]}: ${length} characters came, and ${MOST[name]} are taken: shorten it.`]
  })

const claimsProblems = ({ claims }: ExplainRequest): readonly string[] =>
  claims.length <= MOST_YAML || parseJsonObject(claims) !== undefined
    ? []
    : [
        `Claims: ${claims.length} characters came that are no JSON object, and of YAML ${MOST_YAML} are taken: write them as JSON, or shorten them.`,
      ]

type Headers = readonly (readonly [name: string, value: string])[]

const linesOf = (text: string): readonly string[] =>
  text.split(/\r?\n/).filter((line) => line.trim() !== '')

const headersOf = (text: string): Headers =>
  linesOf(text).flatMap((line) => {
    const [, name, value] = HEADER.exec(line) ?? []
    return name === undefined || value === undefined
      ? []
      : [[name.toLowerCase(), trimBlanks(value)] as const]
  })

const headerProblems = (text: string): readonly string[] =>
  linesOf(text).flatMap((line, at) =>
    HEADER.test(line)
      ? []
      : [
          `Headers: line ${at + 1} is no header: write each on a line of its own, as "Name: value".`,
        ],
  )

const formProblems = ({ url, method, headers, via }: ExplainRequest): readonly string[] => [
  ...(isAskable(url)
    ? []
    : [
        'URL: it must begin with https:// or http:// and a host, such as https://shop.example.com/.',
      ]),
  ...(METHOD.test(method) ? [] : ['Method: it must be one word, such as GET.']),
  ...headerProblems(headers),
  ...(['', 'session', 'bearer'].includes(via)
    ? []
    : ['Asked as: it must be a session, a bearer, or nobody in particular.']),
]

const scopesOf = (text: string): Pick<Somebody, 'scopes'> => {
  const scopes = text.split(/[ ,]+/).filter(Boolean)
  return scopes.length === 0 ? {} : { scopes }
}

const somebodyOf = (form: ExplainRequest): Somebody | undefined | readonly string[] => {
  const { via, claims: text, scopes, client } = form
  const isNamed = [via, text, scopes, client].some((one) => one.trim() !== '')
  if (!isNamed) return undefined
  const read = readClaimsText(text.trim() === '' ? '{}' : text, NAMES.claims)
  if (read.kind === 'problems') return read.problems
  return {
    via: via === 'bearer' ? 'bearer' : 'session',
    claims: read.claims,
    ...scopesOf(scopes),
    ...(client.trim() === '' ? {} : { client: client.trim() }),
  }
}

const unreadable = (reason: Parameters<typeof reasonEntry>[0]): string => {
  const { status, message, remedy } = reasonEntry(reason)
  return `Whoever owns the host, the answer is ${status} ${reason}: ${message} ${remedy}`
}

const isProblems = (one: Somebody | undefined | readonly string[]): one is readonly string[] =>
  Array.isArray(one)

/** Reads a form of `explain`. Never throws; whatever it holds, the work is bounded. */
export const readAskedForm = (form: ExplainRequest): AskedForm => {
  const overlong = lengthProblems(form)
  const tooLong = overlong.length > 0 ? overlong : claimsProblems(form)
  if (tooLong.length > 0) return { kind: 'problems', problems: tooLong }
  const asked = { ...form, url: form.url.trim(), method: form.method.trim() }
  const somebody = somebodyOf(asked)
  const problems = [...formProblems(asked), ...(isProblems(somebody) ? somebody : [])]
  if (problems.length > 0 || isProblems(somebody)) return { kind: 'problems', problems }
  const address = form.sourceAddress.trim()
  const request = askedRequest({
    ...asked,
    headers: headersOf(form.headers),
    ...(address === '' ? {} : { address }),
  })
  if (!request.ok) return { kind: 'problems', problems: [unreadable(request.reason)] }
  return { kind: 'asked', request: request.value, ...(somebody === undefined ? {} : { somebody }) }
}
