/**
 * Runs every gate and then the tests, and closes with the line `N passed, N failed`. Ends with 0
 * only if all of it passed. `--quick` leaves out the suites that start real parts.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import {
  failedFiles,
  type Gate,
  replacedBy,
  summarize,
  type VitestReport,
  wordsOnFailures,
} from './report.ts'
import { ALL_SUITES, QUICK_SUITES } from './suites.ts'

const REPORT = '.tools/report/vitest.json'
/** More files than these do not fail by chance. */
const MAX_FILES_AGAIN = 4
const GENERATORS = [
  'resources',
  'configuration',
  'cli',
  'metrics',
  'reasons',
  'pages',
  'identity-headers',
  'migrating',
  'chart',
  'examples',
  'install',
  'providers',
  'clients',
]

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const run = (command: string, args: readonly string[]): number => {
  say(`\n▶ ${[command, ...args].join(' ')}`)
  return spawnSync(command, args, { stdio: 'inherit' }).status ?? 1
}

const gate = (name: string, command: string, args: readonly string[]): Gate => ({
  name,
  passed: run(command, args) === 0,
})

const readReport = (): VitestReport | undefined =>
  existsSync(REPORT) ? (JSON.parse(readFileSync(REPORT, 'utf8')) as VitestReport) : undefined

/** What a run of tests ended with, and what it reported. */
interface TestRun {
  readonly exitCode: number
  readonly report: VitestReport | undefined
}

const runTests = (suites: readonly string[], files: readonly string[] = []): TestRun => {
  rmSync(REPORT, { force: true })
  mkdirSync('.tools/report', { recursive: true })
  const reporters = [
    '--reporter=default',
    '--reporter=./tools/second-tries-reporter.ts',
    '--reporter=json',
    `--outputFile.json=${REPORT}`,
  ]
  const projects = suites.map((suite) => `--project=${suite}`)
  const exitCode = run('vitest', ['run', ...reporters, ...projects, ...files])
  return { exitCode, report: readReport() }
}

/**
 * A test is tried once more by Vitest itself where CI runs, but not what starts the real parts of a
 * file before its tests. A few files that failed are run again, by themselves, and named.
 */
const runAgain = (suites: readonly string[], first: TestRun): TestRun => {
  const files = first.report === undefined ? [] : failedFiles(first.report)
  if (first.report === undefined || files.length === 0 || files.length > MAX_FILES_AGAIN) {
    return first
  }
  const why = wordsOnFailures(first.report)
  const second = runTests(suites, files)
  say('\nRun once more, for this, which is a fault of a test or of what it tests:')
  for (const words of why) say(words)
  if (second.report === undefined) return { exitCode: second.exitCode, report: first.report }
  return { exitCode: second.exitCode, report: replacedBy(first.report, second.report) }
}

const isQuick = process.argv.includes('--quick')
const gates = [
  gate('lint', 'biome', ['check', '.']),
  gate('types', 'tsc', ['--noEmit']),
  ...GENERATORS.map((name) =>
    gate(`generated ${name}`, 'node', [`tools/generate/${name}.ts`, '--check']),
  ),
  ...(isQuick ? [] : [gate('Dockerfile', '.tools/hadolint/hadolint', ['Dockerfile'])]),
]
const suites = isQuick ? QUICK_SUITES : ALL_SUITES
const isCI = process.env.CI === 'true'
const first = runTests(suites)
const { exitCode, report } = isCI ? runAgain(suites, first) : first
const summary = summarize(gates, report, { exitCode, forbidSkips: isCI })

say('')
for (const { name, passed } of gates) if (!passed) say(`The gate failed: ${name}`)
if (report !== undefined) for (const words of wordsOnFailures(report)) say(`Failed: ${words}`)
if (summary.skipped > 0 && isCI) say('Tests were skipped, which CI does not accept.')
say(summary.line)
process.exitCode = summary.ok ? 0 : 1
