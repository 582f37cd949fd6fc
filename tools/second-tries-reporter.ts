import type { Reporter, TestCase } from 'vitest/node'

/** A test that passed at its second attempt, and what the first one said. */
export interface SecondTry {
  readonly name: string
  readonly said: string
}

/** The words at the end of a run; nothing if every test passed at its first attempt. */
export const wordsOn = (tries: readonly SecondTry[]): string =>
  tries.length === 0
    ? ''
    : [
        '\nPassed at the second attempt alone, which is a fault of the test or of what it tests:',
        ...tries.map(({ name, said }) => `  ${name}\n${said.replace(/^/gm, '    ')}`),
        '',
      ].join('\n')

const saidBy = (test: TestCase): string =>
  (test.result().errors ?? []).map(({ message, diff = '' }) => `${message}\n${diff}`).join('\n')

/**
 * Names at the end of a run what failed before it passed. A class, as Vitest makes one of its
 * reporters by `new`.
 */
export default class SecondTriesReporter implements Reporter {
  readonly #tries: SecondTry[] = []

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return
    this.#tries.push({
      name: `${test.module.relativeModuleId} › ${test.fullName}`,
      said: saidBy(test),
    })
  }

  onTestRunEnd(): void {
    process.stdout.write(wordsOn(this.#tries))
  }
}
