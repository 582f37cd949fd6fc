import { parseDurationMs } from '../../core/time/duration.ts'
import { issuerUrlProblem } from './issuer-url.ts'
import { isProxyException, proxyUrlProblem } from './proxy-url.ts'
import { type Leaf, leaf } from './shape.ts'
import {
  complaint,
  listField,
  nameOfType,
  nonEmpty,
  notThat,
  type TextShape,
  textField,
  unless,
} from './text-fields.ts'

/** What a field holds, as the reference names it, and how text of the environment is read. */
export type FieldKind =
  | 'address'
  | 'addresses'
  | 'attributes'
  | 'boolean'
  | 'choice'
  | 'clients'
  | 'command'
  | 'duration'
  | 'file'
  | 'files'
  | 'folder'
  | 'hosts'
  | 'integer'
  | 'namespaces'
  | 'networks'
  | 'paths'
  | 'proxy-url'
  | 'redis-url'
  | 'requirements'
  | 'text'
  | 'texts'

/** What the reference says about a field, besides what its schema says. */
export interface FieldNote {
  readonly kind: FieldKind
  readonly description: string
  /** The option of `sallyport serve` that sets the field as well. */
  readonly flag?: string
}

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
  textField(
    {
      what: 'an address such as 0.0.0.0:9001',
      judge: unless(isAddress, 'must be an address such as 0.0.0.0:9001, [::]:9001 or :9001'),
    },
    note('address', description, flag),
  )

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
  return textField(
    { what: 'a duration such as 4s', judge },
    { ...note('duration', description), range: `${min} to ${max}` },
  )
}

const isWithin = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'number' && value >= min && value <= max

/** A whole number between two others, both included. */
export const integer = (description: string, min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`
  const schema = { type: 'integer', minimum: min, maximum: max }
  return leaf<number>(
    { ...schema, ...note('integer', description), range: `${min} to ${max}` },
    (value) => (Number.isInteger(value) && isWithin(value, min, max) ? [] : [{ message }]),
  )
}

/** `true` or `false`. */
export const boolean = (description: string, flag?: string): Leaf<boolean> =>
  leaf({ type: 'boolean', ...note('boolean', description, flag) }, (value) =>
    typeof value === 'boolean' ? [] : [{ message: 'must be true or false' }],
  )

/** One of a few words. */
export const choice = <const T extends readonly [string, ...string[]]>(
  words: T,
  description: string,
  flag?: string,
): Leaf<T[number]> =>
  leaf({ type: 'string', enum: words, ...note('choice', description, flag) }, (value) => {
    if (typeof value === 'string' && words.includes(value)) return []
    const got = typeof value === 'string' ? JSON.stringify(value) : nameOfType(value)
    const expected = `${words.length === 1 ? '' : 'one of '}${words.join(', ')}`
    return [{ message: `must be ${expected}, but is ${got}` }]
  })

/** The name of one file, which must be readable. */
export const file = (description: string) =>
  textField(nonEmpty('the name of a file'), note('file', description))

/** The names of several files, each of which must be readable. */
export const files = (description: string, flag?: string) =>
  listField(
    { what: 'a list of file names', item: nonEmpty('the name of a file') },
    note('files', description, flag),
  )

/** Names of files or folders, each of which must be readable. */
export const paths = (description: string, flag?: string) =>
  listField(
    {
      what: 'a list of files and folders',
      item: nonEmpty('the name of a file or folder'),
      empty: 'must name at least one file or folder',
    },
    note('paths', description, flag),
  )

/** Any text that is not empty. */
export const text = (description: string) => textField(nonEmpty('text'), note('text', description))

const isNode = (text: string): boolean => {
  const [, literal, host, port] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(text) ?? []
  return (literal ?? host) !== undefined && Number(port) >= 1 && Number(port) <= 65_535
}

/** Where several servers are, each with its port. */
export const addresses = (description: string) =>
  listField(
    {
      what: 'a list of addresses',
      item: {
        what: 'an address such as redis-0.example.com:6379',
        judge: unless(
          isNode,
          'must be an address such as redis-0.example.com:6379 or [2001:db8::1]:6379',
        ),
      },
      empty: 'must name at least one address',
    },
    note('addresses', description),
  )

/** A program and its arguments. */
export const command = (description: string): Leaf<readonly string[]> => {
  const empty = 'must name a program'
  return leaf(
    { minItems: 1, type: 'array', items: { type: 'string' }, ...note('command', description) },
    (value) => {
      if (!Array.isArray(value)) {
        return [{ message: notThat('a list: a program and its arguments', value) }]
      }
      const others = value.flatMap((each: unknown, at) =>
        typeof each === 'string' ? [] : [{ at, message: notThat('text', each) }],
      )
      if (others.length > 0) return others
      return complaint((value[0] ?? '') === '' ? empty : undefined)
    },
  )
}

/** Networks by name or CIDR. */
export const networks = (
  description: string,
  isNetwork: (text: string) => boolean,
  message: string,
) =>
  listField(
    { what: 'a list of networks', item: { what: 'text', judge: unless(isNetwork, message) } },
    note('networks', description),
  )

const OBJECT_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

const named = (what: string, message: string): TextShape => ({
  what,
  judge: unless((name) => OBJECT_NAME.test(name), message),
  schema: { pattern: OBJECT_NAME.source },
})

/** The names of Kubernetes namespaces. */
export const namespaces = (description: string) =>
  listField(
    { what: 'a list of namespaces', item: named('text', 'must be the name of a namespace') },
    note('namespaces', description),
  )

const CLIENT_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/

/** OIDCClients by their namespaces and names. */
export const clients = (description: string) =>
  listField(
    {
      what: 'a list of OIDCClients',
      item: {
        what: 'text',
        judge: unless((name) => CLIENT_NAME.test(name), 'must be namespace/name of an OIDCClient'),
        schema: { pattern: CLIENT_NAME.source },
      },
    },
    note('clients', description),
  )

/** The name of a Kubernetes object, or of a namespace. */
export const objectName = (description: string) =>
  textField(
    named(
      'the name of a Kubernetes object',
      'must be the name of a Kubernetes object: at most 63 lower-case letters, digits and `-`',
    ),
    note('text', description),
  )

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
  textField(
    { what: 'a URL such as rediss://redis.example.com:6379/0', judge: urlProblem },
    note('redis-url', description, flag),
  )

/** Where a proxy is. */
export const proxyUrl = (description: string) =>
  textField(
    { what: 'a URL such as http://proxy.example.com:3128', judge: proxyUrlProblem },
    note('proxy-url', description),
  )

/** Hosts as `NO_PROXY` names them. */
export const hosts = (description: string) =>
  listField(
    {
      what: 'a list of hosts',
      item: {
        what: 'text',
        judge: unless(
          isProxyException,
          'must be a host, a domain such as .example.com, an address, a network such as 10.0.0.0/8, or `*`',
        ),
      },
    },
    note('hosts', description),
  )

/** A name of ours as an issuer. */
export const issuerUrl = (description: string) =>
  textField(
    { what: 'a URL such as https://sallyport.example.com', judge: issuerUrlProblem },
    note('text', description),
  )
