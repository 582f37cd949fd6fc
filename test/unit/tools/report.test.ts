import { describe, expect, it } from 'vitest'
import {
  type FileResult,
  failedFiles,
  replacedBy,
  summarize,
  type VitestReport,
  wordsOnFailures,
} from '../../../tools/report.ts'

const aTest = (status: string, failureMessages: readonly string[] = []) => ({
  fullName: 'does it',
  status,
  failureMessages,
})

const aFile = (changes: Partial<FileResult> = {}): FileResult => ({
  name: 'a.test.ts',
  status: 'passed',
  message: '',
  assertionResults: [aTest('passed'), aTest('passed'), aTest('passed')],
  ...changes,
})

const aReport = (...testResults: readonly FileResult[]): VitestReport => ({ testResults })

const gates = [
  { name: 'lint', passed: true },
  { name: 'types', passed: true },
]
const quiet = { exitCode: 0, forbidSkips: true }
const unwell = { exitCode: 1, forbidSkips: true }
const broken = aFile({
  name: 'b.test.ts',
  status: 'failed',
  message: 'no port',
  assertionResults: [],
})

describe('the closing line of a run', () => {
  it('adds the gates to the tests', () => {
    expect(summarize(gates, aReport(aFile()), quiet)).toMatchObject({
      ok: true,
      line: '5 passed, 0 failed',
    })
  })

  it('counts a gate that failed', () => {
    const summary = summarize([...gates, { name: 'x', passed: false }], aReport(aFile()), quiet)
    expect(summary).toMatchObject({ ok: false, line: '5 passed, 1 failed' })
  })

  it('counts a test that failed, and not once more for its file', () => {
    const failed = aFile({ status: 'failed', assertionResults: [aTest('failed'), aTest('passed')] })
    expect(summarize(gates, aReport(failed), unwell).line).toBe('3 passed, 1 failed')
  })

  it('counts a file that failed before its tests, which are then skipped', () => {
    const before = { ...broken, assertionResults: [aTest('skipped'), aTest('pending')] }
    expect(summarize(gates, aReport(aFile(), broken), unwell)).toMatchObject({ failed: 1 })
    expect(summarize(gates, aReport(before), unwell)).toMatchObject({
      ok: false,
      line: '2 passed, 1 failed, 2 skipped',
    })
  })

  it('is a failure when the runner failed for a reason of its own', () => {
    expect(summarize(gates, aReport(aFile()), unwell)).toMatchObject({ ok: false, failed: 1 })
  })

  it('is a failure when no test ran, or none was reported', () => {
    expect(summarize(gates, aReport(aFile({ assertionResults: [] })), quiet).ok).toBe(false)
    expect(summarize(gates, undefined, quiet).ok).toBe(false)
  })

  it('names skipped tests, and fails for them where they are forbidden', () => {
    const report = aReport(aFile(), aFile({ assertionResults: [aTest('skipped'), aTest('todo')] }))
    expect(summarize(gates, report, quiet)).toMatchObject({
      ok: false,
      line: '5 passed, 0 failed, 2 skipped',
    })
    expect(summarize(gates, report, { ...quiet, forbidSkips: false }).ok).toBe(true)
  })
})

describe('files that are run once more', () => {
  it('are those in which something failed, each once', () => {
    expect(failedFiles(aReport(aFile(), broken, broken))).toEqual(['b.test.ts'])
  })

  it('count as the second run found them', () => {
    const first = aReport(aFile(), broken)
    const healed = aFile({ name: 'b.test.ts', assertionResults: [aTest('passed')] })
    expect(summarize(gates, replacedBy(first, aReport(healed)), quiet)).toMatchObject({
      ok: true,
      line: '6 passed, 0 failed',
    })
    expect(summarize(gates, replacedBy(first, aReport(broken)), unwell).ok).toBe(false)
  })

  it('stay failed where the second run does not name them', () => {
    expect(summarize(gates, replacedBy(aReport(broken), aReport()), quiet).ok).toBe(false)
  })
})

it('says at the end what failed, and what it said', () => {
  const failed = aFile({ status: 'failed', assertionResults: [aTest('failed', ['one, not two'])] })
  expect(wordsOnFailures(aReport(aFile(), failed, broken))).toEqual([
    'a.test.ts › does it\none, not two',
    'b.test.ts\nno port',
  ])
})
