/** What a client is made with, and the program in `tools/clients` that makes one. */
interface LibraryUnderTest {
  /** The package, as its registry calls it. */
  readonly title: string
  /** The make target that installs it. */
  readonly part: 'clients-npm' | 'clients-python'
  /** The program, below `tools/clients/`. */
  readonly script: string
  readonly args: readonly string[]
}

const npm = (title: string, script: string, ...args: string[]) =>
  ({ title, part: 'clients-npm', script: `npm/${script}`, args }) as const

const python = (title: string, script: string) =>
  ({ title, part: 'clients-python', script: `python/${script}`, args: [] }) as const

/** The libraries that clients of protected resources are made with. */
export const LIBRARIES = {
  sdk: npm('@modelcontextprotocol/sdk', 'call.mjs', 'sdk'),
  client: npm('@modelcontextprotocol/client', 'call.mjs', 'client'),
  'mcp-remote': npm('mcp-remote', 'remote.mjs'),
  ai: npm('@ai-sdk/mcp', 'ai.mjs'),
  mcp1: python('mcp', 'mcp1.py'),
  mcp2: python('mcp', 'mcp2.py'),
  fastmcp: python('fastmcp', 'fastmcp4.py'),
} as const satisfies Readonly<Record<string, LibraryUnderTest>>

/** The name of one of them here. */
export type Library = keyof typeof LIBRARIES

/** All of them. */
export const LIBRARY_NAMES = Object.keys(LIBRARIES) as readonly Library[]
