import type { Cors } from '../../../core/policy/applications.ts'

/** What any script needs to show a token. */
const TOKEN = 'authorization'

/** How the headers of the Model Context Protocol begin. */
const PROTOCOL = 'mcp-'

/** What its clients send besides, by the revisions up to 2026-07-28. */
const SENT = [
  'content-type',
  'mcp-protocol-version',
  'mcp-session-id',
  'last-event-id',
  'mcp-method',
  'mcp-name',
] as const

/** What they read, beside the content. */
const READ = ['mcp-session-id'] as const

const lacking = (names: readonly string[], listed: readonly string[]): readonly string[] => {
  const known = new Set(listed.map((name) => name.toLowerCase()))
  return names.filter((name) => !known.has(name))
}

const isForProtocol = ({ headers, exposed }: Cors): boolean =>
  [...headers, ...exposed].some((name) => name.toLowerCase().startsWith(PROTOCOL))

const sentence = (field: string, names: readonly string[], consequence: string): string =>
  `Clients of \`protectedResource\` that run in a page need ${names.join(', ')} in \`${field}\`, ${consequence}: add ${names.length === 1 ? 'it' : 'them'}`

/**
 * What `cors` at a protected resource leaves out that its clients cannot do without in a page, a
 * sentence each. Those of the Model Context Protocol are meant where it names one of their headers.
 */
export const pageClientCautions = (cors: Cors): readonly string[] => {
  const isForMcp = isForProtocol(cors)
  const unsent = lacking(isForMcp ? [TOKEN, ...SENT] : [TOKEN], cors.headers)
  const unread = isForMcp ? lacking(READ, cors.exposed) : []
  return [
    ...(unsent.length === 0
      ? []
      : [sentence('allowHeaders', unsent, 'without which their browser sends nothing')]),
    ...(unread.length === 0
      ? []
      : [sentence('exposeHeaders', unread, 'without which they lose their session')]),
  ]
}
