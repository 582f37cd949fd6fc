/**
 * Runs every gate and then the tests, and closes with the line `N passed, N failed`. Ends with 0
 * only if all of it passed. `--quick` leaves out the suites that start real parts.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { type Gate, summarize, type VitestReport } from './report.ts'

const REPORT = '.tools/report/vitest.json'
const QUICK_SUITES = ['unit', 'golden']
/** Without `providers`, which `make test-providers` runs. */
const ALL_SUITES = [...QUICK_SUITES, 'contract', 'integration', 'grpc-js', 'quick-providers', 'e2e']
const GENERATORS = [
  'resources',
  'configuration',
  'metrics',
  'reasons',
  'chart',
  'examples',
  'install',
  'providers',
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

const runTests = (suites: readonly string[]): number => {
  rmSync(REPORT, { force: true })
  mkdirSync('.tools/report', { recursive: true })
  const reporters = [
    '--reporter=default',
    '--reporter=./tools/second-tries-reporter.ts',
    '--reporter=json',
    `--outputFile.json=${REPORT}`,
  ]
  return run('vitest', ['run', ...reporters, ...suites.map((suite) => `--project=${suite}`)])
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
const exitCode = runTests(isQuick ? QUICK_SUITES : ALL_SUITES)
const forbidSkips = process.env.CI === 'true'
const summary = summarize(gates, readReport(), { exitCode, forbidSkips })

say('')
for (const { name, passed } of gates) if (!passed) say(`The gate failed: ${name}`)
if (summary.skipped > 0 && forbidSkips) say('Tests were skipped, which CI does not accept.')
say(summary.line)
process.exitCode = summary.ok ? 0 : 1
