import { existsSync, readFileSync } from 'node:fs'
import {
  CLIENT_RESULTS,
  type ClientResults,
  OUTCOMES,
  PLACES,
  type PlaceName,
  TRIED,
  type Tried,
} from '../../test/support/e2e/clients-report.ts'
import {
  LIBRARIES,
  LIBRARY_NAMES,
  type Library,
} from '../../test/support/e2e/discovering-libraries.ts'
import { keepCurrent } from './output.ts'

const PAGE = 'docs/discovering-clients.md'
const BEGIN = '<!-- What `make test-clients` writes begins here. -->\n'
const END = '<!-- And ends here. -->\n'

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The version that is pinned. @throws Error if there is none */
const versionOf = (library: Library): string => {
  const { title, part, script } = LIBRARIES[library]
  const pins =
    part === 'clients-npm'
      ? JSON.parse(read('tools/clients/npm/package.json')).dependencies[title]
      : new RegExp(`^${title}==(\\S+)`, 'm').exec(
          read(`tools/clients/${script.replace(/\.py$/, '.txt')}`),
        )?.[1]
  if (typeof pins === 'string') return pins
  throw new Error(`No version of ${title} is pinned.`)
}

const TRIES = Object.keys(TRIED) as readonly Tried[]

const tableOf = (place: PlaceName, way: string, results: ClientResults): readonly string[] => {
  const rows = LIBRARY_NAMES.flatMap((library) => {
    const seen = results[library]?.[way]
    if (seen === undefined) return []
    const cells = TRIES.map((tried) => seen[tried] ?? '–')
    return [`| \`${LIBRARIES[library].title}\` ${versionOf(library)} | ${cells.join(' | ')} |`]
  })
  return [
    `At ${PLACES[place]}, ${way}:`,
    '',
    `| client | ${TRIES.map((tried) => TRIED[tried]).join(' | ')} |`,
    `| --- |${' --- |'.repeat(TRIES.length)}`,
    ...rows,
    '',
  ]
}

const waysOf = (results: ClientResults): readonly string[] => [
  ...new Set(Object.values(results).flatMap((ways) => Object.keys(ways))),
]

const tablesOf = (place: PlaceName): readonly string[] => {
  const file = `${CLIENT_RESULTS}${place}.json`
  if (!existsSync(file)) return []
  const results = JSON.parse(readFileSync(file, 'utf8')) as ClientResults
  return waysOf(results).flatMap((way) => tableOf(place, way, results))
}

const printTables = (): string =>
  [
    ...(Object.keys(PLACES) as readonly PlaceName[]).flatMap(tablesOf),
    ...Object.entries(OUTCOMES).map(([outcome, meaning]) => `- *${outcome}*: ${meaning}.`),
    '',
  ].join('\n')

/** The page about these clients, with what is recorded of the runs. @throws Error without a place */
export const printClients = (): string => {
  const page = read(PAGE)
  const [before, rest = ''] = page.split(BEGIN)
  const [, after] = rest.split(END)
  if (after === undefined) throw new Error(`${PAGE} has no place for what was seen.`)
  return `${before}${BEGIN}\n${printTables()}\n${END}${after}`
}

if (import.meta.main) process.exitCode = keepCurrent(PAGE, printClients())
