import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = new URL('../src/', import.meta.url).pathname

interface Room {
  /** Rooms whose files may be imported. */
  readonly imports: readonly string[]
  /** Packages that live here. */
  readonly packages: readonly string[]
  /** Whether `node:*` may be imported. */
  readonly node: boolean
}

const room = (imports: string[], packages: string[] = [], node = true): Room => ({
  imports,
  packages,
  node,
})

/** Who may import whom: the table of docs/architecture.md. A room without a row fails. */
const rooms: Readonly<Record<string, Room>> = {
  core: room([], [], false),
  policy: room(['core'], ['re2js', 'tldts'], false),
  check: room(['core', 'policy'], [], false),
  oidc: room(['core'], ['openid-client', 'jose', 'undici', 'lru-cache']),
  sessions: room(['core'], ['ioredis', 'lru-cache']),
  resources: room(['core', 'policy'], ['yaml', 'ajv', '@bufbuild/cel', 'chokidar']),
  kubernetes: room(['core', 'policy'], ['@kubernetes/client-node', 'undici']),
  grpc: room(['core'], ['@grpc/grpc-js', '@grpc/proto-loader']),
  http: room(['core']),
  observability: room(['core'], ['pino', 'prom-client']),
  config: room(['core'], ['zod', 'yaml']),
  attach: room(['core', 'policy'], ['yaml'], false),
}

/** Files that may import every room: where adapters meet. */
const meetingPlaces = new Map<string, Room>([
  ['cli', room(Object.keys(rooms), ['commander'])],
  ['app.ts', room(Object.keys(rooms))],
  ['app', room(Object.keys(rooms))],
  ['main.ts', room(['cli'])],
])

interface Import {
  readonly file: string
  readonly from: string
}

const IMPORT =
  /^(?:import|export)\b[^'"]*?\bfrom '(?<from>[^']+)'|\bimport\('(?<lazy>[^']+)'\)|^import '(?<bare>[^']+)'/gm

const files = globSync('**/*.ts', { cwd: SRC }).sort()
const textOf = (file: string): string => readFileSync(join(SRC, file), 'utf8')

const imports: readonly Import[] = files.flatMap((file) =>
  [...textOf(file).matchAll(IMPORT)].map(({ groups }) => ({
    file,
    from: groups?.from ?? groups?.lazy ?? groups?.bare ?? '',
  })),
)

const roomOf = (file: string): string => file.split('/')[0] ?? file

const ruleOf = (file: string): Room | undefined =>
  rooms[roomOf(file)] ?? meetingPlaces.get(roomOf(file))

const packageOf = (from: string): string =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')

const complaint = ({ file, from }: Import): string | undefined => {
  const rule = ruleOf(file)
  if (rule === undefined) return `${file}: this folder has no row in the table`
  if (from.startsWith('node:')) return rule.node ? undefined : `${file} imports ${from}: it is pure`
  if (builtinModules.includes(from)) return `${file} imports ${from}: write node:${from}`
  if (!from.startsWith('.')) {
    return rule.packages.includes(packageOf(from))
      ? undefined
      : `${file} imports ${from}: not its package`
  }
  const target = relative(SRC, normalize(join(SRC, dirname(file), from)))
  if (roomOf(target) === roomOf(file)) return undefined
  return rule.imports.includes(roomOf(target)) || target.startsWith('app')
    ? undefined
    : `${file} imports ${target}: not allowed`
}

describe('who may import whom', () => {
  it('finds the imports it is to judge', () => {
    expect(files.length).toBeGreaterThan(30)
    expect(imports.length).toBeGreaterThan(files.length)
  })

  it('holds the tree to the table', () => {
    expect(imports.flatMap((one) => complaint(one) ?? [])).toEqual([])
  })

  it('imports with the file extension, so that Node can run the source as it is', () => {
    const bare = imports.filter(({ from }) => from.startsWith('.') && !/\.(?:ts|json)$/.test(from))
    expect(bare).toEqual([])
  })
})

describe('the table of docs/architecture.md', () => {
  const page = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8')
  const names = (cell = ''): readonly string[] =>
    cell
      .split(', ')
      .filter((name) => /^[@a-z][\w@/.-]*$/.test(name) && name !== 'none')
      .toSorted()

  it.each(Object.entries(rooms))(
    'says of %s what is enforced here',
    (name, { imports, packages }) => {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))
      const cells = row?.split('|').map((cell) => cell.trim()) ?? []
      expect(names(cells[3])).toEqual(imports.toSorted())
      expect(names(cells[4])).toEqual(packages.toSorted())
    },
  )
})

describe('the pure rooms', () => {
  const impure =
    /\b(?:Date\.now|new Date\(\)|Math\.random|crypto\.|performance\.|process\.|console\.|setTimeout|setInterval|setImmediate|fetch\()/

  it.each(['core', 'policy', 'check', 'attach'])(
    '%s touches no clock, randomness, environment or console',
    (name) => {
      const guilty = files.filter((file) => roomOf(file) === name && impure.test(textOf(file)))
      expect(guilty).toEqual([])
    },
  )
})

describe('the tree', () => {
  it('has no folder or file whose name says nothing', () => {
    const vague = /(?:^|\/)(?:utils?|helpers?|common|lib|types|misc|index)(?:\.ts|\/)/
    expect(files.filter((file) => vague.test(file))).toEqual([])
  })

  it('knows one error class', () => {
    const classes = files.filter((file) => /^(?:export )?class /m.test(textOf(file)))
    expect(classes).toEqual(['core/reason/fault.ts'])
  })

  it('escapes the type checker nowhere', () => {
    const escapes = /@ts-(?:ignore|expect-error|nocheck)|biome-ignore|\bas unknown as\b/
    expect(files.filter((file) => escapes.test(textOf(file)))).toEqual([])
  })

  it('keeps comments within a hundred columns', () => {
    const isTooLong = (line: string): boolean => line.length > 100 && /^\s*(?:\/[/*]|\*)/.test(line)
    const written = files.filter((file) => !file.endsWith('.generated.ts'))
    expect(written.filter((file) => textOf(file).split('\n').some(isTooLong))).toEqual([])
  })

  it('exports no value that nobody imports', () => {
    const root = new URL('../', import.meta.url).pathname
    const users = globSync('{src,test,demo,bench,tools}/**/*.ts', {
      cwd: root,
      exclude: (name) => name.endsWith('node_modules'),
    }).map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
    const unused = files.flatMap((file) =>
      [...textOf(file).matchAll(/^export (?:const|class) (\w+)/gm)]
        .map(([, name = '']) => name)
        .filter((name) => {
          const word = new RegExp(`\\b${name}\\b`)
          return !users.some((user) => user.file !== `src/${file}` && word.test(user.text))
        })
        .map((name) => `${file}: ${name}`),
    )
    expect(unused).toEqual([])
  })

  it('keeps the story of a check on one screen', () => {
    expect(textOf('check/check.ts').split('\n').length).toBeLessThan(110)
  })
})
