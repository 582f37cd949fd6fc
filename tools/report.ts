/** What a run of vitest wrote with its JSON reporter, as far as it is read here. */
export interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
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

/** Files that failed before any of their tests ran, for example because they do not compile. */
const brokenFiles = (report: VitestReport): number =>
  report.testResults.filter(
    (file) =>
      file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  ).length

/**
 * Adds the gates and the tests up. A run that says of itself that it failed is never a success, nor
 * is one without a report or without a test; where `forbidSkips` is set, nor is one that skipped a
 * test.
 */
export const summarize = (
  gates: readonly Gate[],
  report: VitestReport | undefined,
  run: { readonly exitCode: number; readonly forbidSkips: boolean },
): Summary => {
  const failedGates = gates.filter((gate) => !gate.passed).length
  const passedTests = report?.numPassedTests ?? 0
  const failedTests = report === undefined ? 0 : report.numFailedTests + brokenFiles(report)
  const skipped = report === undefined ? 0 : report.numPendingTests + report.numTodoTests
  const unexplained = run.exitCode !== 0 && failedTests === 0 ? 1 : 0
  const noTest = passedTests === 0 && failedTests === 0 && unexplained === 0 ? 1 : 0

  const passed = gates.length - failedGates + passedTests
  const failed = failedGates + failedTests + unexplained + noTest
  const ok = failed === 0 && !(run.forbidSkips && skipped > 0)
  const line = `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`
  return { passed, failed, skipped, ok, line }
}
