/** What a run of vitest wrote with its JSON reporter, as far as it is read here. */
export interface VitestReport {
  readonly testResults: readonly FileResult[]
}

/** One file of tests. It is there once for each project that runs it. */
export interface FileResult {
  /** Its path. */
  readonly name: string
  /** `failed` if one of its tests did, or what comes before and after them. */
  readonly status: string
  /** What its hooks, or the loading of it, said. */
  readonly message: string
  readonly assertionResults: readonly {
    readonly fullName: string
    readonly status: string
    readonly failureMessages?: readonly string[] | null
  }[]
}

/** A gate besides the tests: the linter, the type checker, the check of generated files. */
export interface Gate {
  readonly name: string
  readonly passed: boolean
}

/** The outcome of everything that was run. */
export interface Summary {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Whether the run may count as a success. */
  readonly ok: boolean
  /** The closing line: `N passed, N failed`. */
  readonly line: string
}

/** How much of what a failure said is said again at the end. */
const MAX_SAID = 1500

const isBroken = (file: FileResult): boolean =>
  file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')

const countOf = (report: VitestReport, ...statuses: readonly string[]): number =>
  report.testResults
    .flatMap((file) => file.assertionResults)
    .filter((test) => statuses.includes(test.status)).length

/** The files in which something failed, each once. */
export const failedFiles = (report: VitestReport): readonly string[] => [
  ...new Set(report.testResults.filter((file) => file.status === 'failed').map(({ name }) => name)),
]

/** The first report, with what a later run of some of its files found in their place. */
export const replacedBy = (first: VitestReport, second: VitestReport): VitestReport => {
  const again = new Set(second.testResults.map(({ name }) => name))
  return {
    testResults: [
      ...first.testResults.filter(({ name }) => !again.has(name)),
      ...second.testResults,
    ],
  }
}

/** What failed and what it said, to be read at the end of a long run. */
export const wordsOnFailures = (report: VitestReport): readonly string[] =>
  report.testResults
    .filter((file) => file.status === 'failed')
    .flatMap((file) => [
      ...(isBroken(file) ? [`${file.name}\n${file.message.slice(0, MAX_SAID)}`] : []),
      ...file.assertionResults
        .filter((test) => test.status === 'failed')
        .map(
          ({ fullName, failureMessages }) =>
            `${file.name} › ${fullName}\n${(failureMessages ?? []).join('\n').slice(0, MAX_SAID)}`,
        ),
    ])

/**
 * Adds the gates and the tests up. A run that says of itself that it failed is never a success, nor
 * is one without a report or without a test; where `forbidSkips` is set, nor is one that skipped a
 * test. A file that failed before or after its tests counts as one failure.
 */
export const summarize = (
  gates: readonly Gate[],
  report: VitestReport | undefined,
  run: { readonly exitCode: number; readonly forbidSkips: boolean },
): Summary => {
  const failedGates = gates.filter((gate) => !gate.passed).length
  const known = report ?? { testResults: [] }
  const passedTests = countOf(known, 'passed')
  const failedTests = countOf(known, 'failed') + known.testResults.filter(isBroken).length
  const skipped = countOf(known, 'pending', 'skipped', 'todo', 'disabled')
  const unexplained = run.exitCode !== 0 && failedTests === 0 ? 1 : 0
  const noTest = passedTests === 0 && failedTests === 0 && unexplained === 0 ? 1 : 0

  const passed = gates.length - failedGates + passedTests
  const failed = failedGates + failedTests + unexplained + noTest
  const ok = failed === 0 && !(run.forbidSkips && skipped > 0)
  const line = `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`
  return { passed, failed, skipped, ok, line }
}
