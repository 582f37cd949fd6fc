import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = new URL('../src/', import.meta.url).pathname

const PAGE = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8')

/** What the page says of one folder: whose files it may import, and what else. */
interface Room {
  /** Folders whose files may be imported. */
  readonly imports: ReadonlySet<string>
  /** Packages that live here. */
  readonly packages: ReadonlySet<string>
  /** Neither `node:*` nor a clock, randomness, the environment or a console. */
  readonly pure: boolean
}

/** The cells of the rows below one heading, the first without its backticks. */
const rowsBelow = (heading: string): readonly (readonly string[])[] => {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

const namesIn = (cell = ''): readonly string[] =>
  cell === '–' ? [] : cell.split(', ').map((name) => name.replaceAll('`', ''))

const rowsOfRooms = rowsBelow('The rooms')
const roomNames = rowsOfRooms.flatMap(([names]) => namesIn(names))

/** Who may import whom: the first table of docs/architecture.md. A room without a row fails. */
const rooms: ReadonlyMap<string, Room> = new Map(
  rowsOfRooms.flatMap(([names, , imports, packages, pure]) =>
    namesIn(names).map((name): [string, Room] => [
      name,
      {
        imports: new Set(imports === 'everything' ? roomNames : namesIn(imports)),
        packages: new Set(namesIn(packages)),
        pure: pure === 'yes',
      },
    ]),
  ),
)

/**
 * Of each room that has rooms within, or is one, the folders of the same room that it may import:
 * the second table. A room's own name there is the files that lie in it directly.
 */
const innerRooms: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  rowsBelow('The rooms within').flatMap(([names, , imports]) =>
    namesIn(names).map((name): [string, ReadonlySet<string>] => {
      const room = name.split('/')[0] ?? name
      const paths = namesIn(imports).map((other) => (other === room ? room : `${room}/${other}`))
      return [name, new Set(paths)]
    }),
  ),
)

interface Import {
  readonly file: string
  readonly from: string
}

/** Where adapters meet: they may import everything, one another too. */
const meetingPlaces: ReadonlySet<string> = new Set(['app', 'app.ts', 'cli', 'main.ts'])

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

const packageOf = (from: string): string =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')

/** The file of `src` that an import of a file leads to. */
const targetOf = ({ file, from }: Import): string => normalize(join(dirname(file), from))

const complaint = (one: Import): string | undefined => {
  const { file, from } = one
  const rule = rooms.get(roomOf(file))
  if (rule === undefined) return `${file}: this folder has no row in the table`
  if (from.startsWith('node:')) return rule.pure ? `${file} imports ${from}: it is pure` : undefined
  if (builtinModules.includes(from)) return `${file} imports ${from}: write node:${from}`
  if (!from.startsWith('.')) {
    return rule.packages.has(packageOf(from))
      ? undefined
      : `${file} imports ${from}: not its package`
  }
  const target = targetOf(one)
  if (roomOf(target) === roomOf(file) || rule.imports.has(roomOf(target))) return undefined
  return `${file} imports ${target}: not allowed`
}

const folders = new Set(files.map((file) => dirname(file)))
const hasRoomsWithin = (room: string): boolean =>
  [...folders].some((folder) => folder.startsWith(`${room}/`))

const innerComplaint = (one: Import): string | undefined => {
  if (!one.from.startsWith('.')) return undefined
  const [here, there] = [dirname(one.file), dirname(targetOf(one))]
  if (here === there || roomOf(here) !== roomOf(there) || here === '.') return undefined
  return innerRooms.get(here)?.has(there)
    ? undefined
    : `${one.file} imports ${targetOf(one)}: not in the order of ${roomOf(here)}`
}

/** The groups of names that lead to one another, and so in a circle (Tarjan). */
const circlesOf = (
  names: Iterable<string>,
  next: (name: string) => Iterable<string>,
): readonly (readonly string[])[] => {
  const order = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []
  const visit = (name: string): number => {
    const at = order.size
    order.set(name, at)
    open.push(name)
    let low = at
    for (const other of next(name)) {
      if (!order.has(other)) low = Math.min(low, visit(other))
      else if (open.includes(other)) low = Math.min(low, order.get(other) ?? low)
    }
    if (low === at) {
      const circle = open.splice(open.indexOf(name))
      if (circle.length > 1) circles.push(circle.toSorted())
    }
    return low
  }
  for (const name of names) if (!order.has(name)) visit(name)
  return circles
}

describe('who may import whom', () => {
  it('finds the imports it is to judge', () => {
    expect(files.length).toBeGreaterThan(30)
    expect(imports.length).toBeGreaterThan(files.length)
  })

  it('holds the tree to the table', () => {
    expect(imports.flatMap((one) => complaint(one) ?? [])).toEqual([])
  })

  it('holds the rooms within to their order', () => {
    expect(imports.flatMap((one) => innerComplaint(one) ?? [])).toEqual([])
  })

  it('has no circle of files, types included', () => {
    const next = new Map<string, string[]>()
    for (const one of imports) {
      if (one.from.startsWith('.'))
        next.set(one.file, [...(next.get(one.file) ?? []), targetOf(one)])
    }
    expect(circlesOf(files, (file) => next.get(file) ?? [])).toEqual([])
  })

  it('imports with the file extension, so that Node can run the source as it is', () => {
    const bare = imports.filter(({ from }) => from.startsWith('.') && !/\.(?:ts|json)$/.test(from))
    expect(bare).toEqual([])
  })
})

describe('the tables of docs/architecture.md', () => {
  it('have a row for every folder, and for none that is not there', () => {
    expect([...rooms.keys()].toSorted()).toEqual([...new Set(files.map(roomOf))].toSorted())
    const within = [...folders].filter((folder) => folder.includes('/') || hasRoomsWithin(folder))
    expect([...innerRooms.keys()].toSorted()).toEqual(within.toSorted())
  })

  it('name only rooms that are there', () => {
    const unknown = [...innerRooms].flatMap(([name, others]) =>
      [...others].filter((other) => !folders.has(other)).map((other) => `${name}: ${other}`),
    )
    expect(unknown).toEqual([])
    const strangers = [...rooms].flatMap(([name, { imports: others }]) =>
      [...others].filter((other) => !rooms.has(other)).map((other) => `${name}: ${other}`),
    )
    expect(strangers).toEqual([])
  })

  it('let imports run one way', () => {
    expect(circlesOf(innerRooms.keys(), (name) => innerRooms.get(name) ?? [])).toEqual([])
    const outer = [...rooms.keys()].filter((name) => !meetingPlaces.has(name))
    expect(circlesOf(outer, (name) => rooms.get(name)?.imports ?? [])).toEqual([])
  })
})

describe('the pure rooms', () => {
  const impure =
    /\b(?:Date\.now|new Date\(\)|Math\.random|crypto\.|performance\.|process\.|console\.|setTimeout|setInterval|setImmediate|fetch\()/

  const pure = [...rooms].flatMap(([name, room]) => (room.pure ? [name] : []))

  it('are those of the story', () => {
    expect(pure).toEqual(expect.arrayContaining(['core', 'policy', 'check']))
  })

  it.each(pure)('%s touches no clock, randomness, environment or console', (name) => {
    const guilty = files.filter((file) => roomOf(file) === name && impure.test(textOf(file)))
    expect(guilty).toEqual([])
  })
})

describe('the tree', () => {
  it('has no folder with more than sixteen files side by side', () => {
    const crowded = [...folders].flatMap((folder) => {
      const count = files.filter((file) => dirname(file) === folder).length
      return count > 16 ? [`${folder}: ${count}`] : []
    })
    expect(crowded).toEqual([])
  })

  it('has no file of more than 300 lines that is not generated', () => {
    const long = files
      .filter((file) => !file.endsWith('.generated.ts'))
      .map((file) => ({ file, lines: textOf(file).trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 300)
    expect(long).toEqual([])
  })

  it('has no folder or file whose name says nothing', () => {
    const vague = /(?:^|\/)(?:utils?|helpers?|common|lib|types|misc|index)(?:\.ts|\/)/
    expect(files.filter((file) => vague.test(file))).toEqual([])
  })

  it('knows one error class', () => {
    const classes = files.filter((file) => /^(?:export )?class \w+ extends /m.test(textOf(file)))
    expect(classes).toEqual(['core/reason/fault.ts'])
  })

  it('has no other class that does not say why it is one', () => {
    const unsaid = files.filter((file) => {
      const parts = textOf(file).split(/^(?:export )?class (?!\w+ extends )/m)
      return parts.slice(0, -1).some((before) => !/A class, as [^/]*\*\/\n$/.test(before))
    })
    expect(unsaid).toEqual([])
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
