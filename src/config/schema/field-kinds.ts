import { z } from 'zod'
import { parseDurationMs } from '../../core/time/duration.ts'
import { isProxyException, proxyUrlProblem } from './proxy-url.ts'

/**
 * What a field holds, as the reference names it; also decides how text from the environment is
 * read.
 */
export type FieldKind =
  | 'address'
  | 'addresses'
  | 'boolean'
  | 'choice'
  | 'command'
  | 'duration'
  | 'file'
  | 'files'
  | 'hosts'
  | 'integer'
  | 'namespaces'
  | 'networks'
  | 'paths'
  | 'proxy-url'
  | 'redis-url'
  | 'text'

/** What the reference says about a field, besides what its schema says. */
export interface FieldNote {
  readonly kind: FieldKind
  readonly description: string
  /** The option of `sallyport serve` that sets the field as well. */
  readonly flag?: string
}

/** Names a received value by its type, for messages. */
const nameOfType = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a group of fields'
  if (typeof value === 'string') return 'text'
  return `a ${typeof value}`
}

interface Complaint {
  readonly error: (issue: { readonly input?: unknown }) => string
}

const expecting = (what: string): Complaint => ({
  error: ({ input }) => `must be ${what}, but is ${nameOfType(input)}`,
})

const note = (kind: FieldKind, description: string, flag?: string): FieldNote => ({
  kind,
  description,
  ...(flag === undefined ? {} : { flag }),
})

const ADDRESS = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]*)):([0-9]{1,5})$/

const isAddress = (text: string): boolean => {
  const port = ADDRESS.exec(text)?.[3]
  return port !== undefined && Number(port) <= 65_535
}

/**
 * `host:port`, `[IPv6]:port`, or `:port` for every address, of IPv6 too where the machine has it.
 * Port 0 takes a free one.
 */
export const address = (description: string, flag?: string) =>
  z
    .string(expecting('an address such as 0.0.0.0:9001'))
    .refine(isAddress, 'must be an address such as 0.0.0.0:9001, [::]:9001 or :9001')
    .meta({ ...note('address', description, flag) })

const durationRange = (minMs: number, maxMs: number, range: string) => (text: string) => {
  const ms = parseDurationMs(text)
  if (ms === undefined) return 'must be a duration such as 500ms, 4s, 30m or 12h'
  return ms < minMs || ms > maxMs ? `must be a duration ${range}` : undefined
}

/** A Go-style duration between two others, both included. */
export const duration = (description: string, min: string, max: string) => {
  const judge = durationRange(
    parseDurationMs(min) ?? 0,
    parseDurationMs(max) ?? 0,
    `from ${min} to ${max}`,
  )
  return z
    .string(expecting('a duration such as 4s'))
    .superRefine((text, context) => {
      const message = judge(text)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .meta({ ...note('duration', description), range: `${min} to ${max}` })
}

/** A whole number between two others, both included. */
export const integer = (description: string, min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`
  return z
    .int(message)
    .min(min, message)
    .max(max, message)
    .meta({ ...note('integer', description), range: `${min} to ${max}` })
}

/** `true` or `false`. */
export const boolean = (description: string, flag?: string) =>
  z.boolean('must be true or false').meta({ ...note('boolean', description, flag) })

const expectingOneOf = (words: readonly string[]): Complaint => ({
  error: ({ input }) => {
    const got = typeof input === 'string' ? JSON.stringify(input) : nameOfType(input)
    return `must be ${words.length === 1 ? '' : 'one of '}${words.join(', ')}, but is ${got}`
  },
})

/** One of a few words. */
export const choice = <const T extends readonly [string, ...string[]]>(
  words: T,
  description: string,
  flag?: string,
) => z.enum(words, expectingOneOf(words)).meta({ ...note('choice', description, flag) })

const nonEmpty = (what: string) => z.string(expecting(what)).min(1, `must be ${what}, but is empty`)

/** The name of one file, which must be readable. */
export const file = (description: string) =>
  nonEmpty('the name of a file').meta({ ...note('file', description) })

/** The names of several files, each of which must be readable. */
export const files = (description: string, flag?: string) =>
  z
    .array(nonEmpty('the name of a file'), expecting('a list of file names'))
    .meta({ ...note('files', description, flag) })

/** Names of files or folders, each of which must be readable. */
export const paths = (description: string, flag?: string) =>
  z
    .array(nonEmpty('the name of a file or folder'), expecting('a list of files and folders'))
    .min(1, 'must name at least one file or folder')
    .meta({ ...note('paths', description, flag) })

/** Any text that is not empty. */
export const text = (description: string) => nonEmpty('text').meta({ ...note('text', description) })

const isNode = (text: string): boolean => {
  const [, literal, host, port] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text) ?? []
  return (literal ?? host) !== undefined && Number(port) >= 1 && Number(port) <= 65_535
}

/** Where several servers are, each with its port. */
export const addresses = (description: string) =>
  z
    .array(
      z
        .string(expecting('an address such as redis-0.example.com:6379'))
        .refine(
          isNode,
          'must be an address such as redis-0.example.com:6379 or [2001:db8::1]:6379',
        ),
      expecting('a list of addresses'),
    )
    .min(1, 'must name at least one address')
    .meta({ ...note('addresses', description) })

/** A program and its arguments. */
export const command = (description: string) =>
  z
    .array(z.string(expecting('text')), expecting('a list: a program and its arguments'))
    .min(1, 'must name a program')
    .refine(([program]) => program !== '', 'must name a program')
    .meta({ ...note('command', description) })

/** Networks by name or CIDR. */
export const networks = (
  description: string,
  isNetwork: (text: string) => boolean,
  message: string,
) =>
  z
    .array(z.string(expecting('text')).refine(isNetwork, message), expecting('a list of networks'))
    .meta({ ...note('networks', description) })

const OBJECT_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** The names of Kubernetes namespaces. */
export const namespaces = (description: string) =>
  z
    .array(
      z.string(expecting('text')).regex(OBJECT_NAME, 'must be the name of a namespace'),
      expecting('a list of namespaces'),
    )
    .meta({ ...note('namespaces', description) })

/** The name of a Kubernetes object, or of a namespace. */
export const objectName = (description: string) =>
  z
    .string(expecting('the name of a Kubernetes object'))
    .regex(
      OBJECT_NAME,
      'must be the name of a Kubernetes object: at most 63 lower-case letters, digits and `-`',
    )
    .meta({ ...note('text', description) })

const socketProblem = (url: URL): string | undefined =>
  url.hostname !== '' || url.pathname.length < 2 || url.search !== '' || url.hash !== ''
    ? 'must be unix:// and an absolute path, such as unix:///run/redis/redis.sock'
    : undefined

const urlProblem = (value: string): string | undefined => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol === 'unix:' || url?.protocol === 'redis+unix:') return socketProblem(url)
  if (url === undefined || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    return 'must be a URL such as rediss://redis.example.com:6379/0'
  }
  if (url.search !== '' || url.hash !== '' || !/^\/?[0-9]{0,4}$/.test(url.pathname)) {
    return 'must end with the port or the database number, such as rediss://redis.example.com:6379/0'
  }
  if (url.username !== '' || url.password !== '') {
    return 'must not carry a user name or password: give them by file, in sessions.redis.usernameFile and sessions.redis.passwordFile'
  }
  return undefined
}

/** A `redis://`, `rediss://` or `unix://` URL without credentials. */
export const redisUrl = (description: string, flag?: string) =>
  z
    .string(expecting('a URL such as rediss://redis.example.com:6379/0'))
    .superRefine((value, context) => {
      const message = urlProblem(value)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .meta({ ...note('redis-url', description, flag) })

/** Where a proxy is. */
export const proxyUrl = (description: string) =>
  z
    .string(expecting('a URL such as http://proxy.example.com:3128'))
    .superRefine((value, context) => {
      const message = proxyUrlProblem(value)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .meta({ ...note('proxy-url', description) })

/** Hosts as `NO_PROXY` names them. */
export const hosts = (description: string) =>
  z
    .array(
      z
        .string(expecting('text'))
        .refine(
          isProxyException,
          'must be a host, a domain such as .example.com, an address, a network such as 10.0.0.0/8, or `*`',
        ),
      expecting('a list of hosts'),
    )
    .meta({ ...note('hosts', description) })
