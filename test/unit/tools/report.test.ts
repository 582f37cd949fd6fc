import { describe, expect, it } from 'vitest'
import { summarize, type VitestReport } from '../../../tools/report.ts'

const aReport = (changes: Partial<VitestReport> = {}): VitestReport => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...changes,
})

const gates = [
  { name: 'lint', passed: true },
  { name: 'types', passed: true },
]
const quiet = { exitCode: 0, forbidSkips: true }

describe('the closing line of a run', () => {
  it('adds the gates to the tests', () => {
    expect(summarize(gates, aReport(), quiet)).toMatchObject({
      ok: true,
      line: '5 passed, 0 failed',
    })
  })

  it('counts a gate that failed', () => {
    const summary = summarize([...gates, { name: 'x', passed: false }], aReport(), quiet)
    expect(summary).toMatchObject({ ok: false, line: '5 passed, 1 failed' })
  })

  it('counts a test that failed', () => {
    const run = { exitCode: 1, forbidSkips: true }
    expect(summarize(gates, aReport({ numFailedTests: 2 }), run).line).toBe('5 passed, 2 failed')
  })

  it('counts a file that could not even be loaded', () => {
    const testResults = [{ status: 'failed', assertionResults: [] }]
    const summary = summarize(gates, aReport({ testResults }), { ...quiet, exitCode: 1 })
    expect(summary).toMatchObject({ ok: false, failed: 1 })
  })

  it('does not count a failed test once more for its file', () => {
    const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }] }]
    const report = aReport({ numFailedTests: 1, testResults })
    expect(summarize(gates, report, { ...quiet, exitCode: 1 }).failed).toBe(1)
  })

  it('is a failure when the runner failed for a reason of its own', () => {
    expect(summarize(gates, aReport(), { ...quiet, exitCode: 1 })).toMatchObject({
      ok: false,
      failed: 1,
    })
  })

  it('is a failure when no test ran, or none was reported', () => {
    expect(summarize(gates, aReport({ numPassedTests: 0 }), quiet).ok).toBe(false)
    expect(summarize(gates, undefined, quiet).ok).toBe(false)
  })

  it('names skipped tests, and fails for them where they are forbidden', () => {
    const report = aReport({ numPendingTests: 1, numTodoTests: 1 })
    expect(summarize(gates, report, quiet)).toMatchObject({
      ok: false,
      line: '5 passed, 0 failed, 2 skipped',
    })
    expect(summarize(gates, report, { ...quiet, forbidSkips: false }).ok).toBe(true)
  })
})
