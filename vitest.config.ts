import { defineConfig } from 'vitest/config'

/** What sets a suite apart from the others. */
interface SuiteOptions {
  readonly testTimeoutMs?: number
  /**
   * The suite runs by itself, one file at a time: each file starts Envoy, a provider, a browser and
   * more.
   */
  readonly alone?: boolean
}

/** The suites, from the quickest to the one that starts every real part. */
const suite = (
  name: string,
  include: string[],
  { testTimeoutMs = 10_000, alone = false }: SuiteOptions = {},
) => ({
  extends: true as const,
  test: {
    name,
    include,
    testTimeout: testTimeoutMs,
    hookTimeout: testTimeoutMs * 3,
    sequence: { groupOrder: alone ? 1 : 0 },
    ...(alone ? { fileParallelism: false } : { maxWorkers: 2 }),
  },
})

export default defineConfig({
  test: {
    environment: 'node',
    setupFiles: ['test/support/seeded-properties.ts'],
    restoreMocks: true,
    projects: [
      suite('unit', ['test/unit/**/*.test.ts', 'test/*.test.ts']),
      suite('golden', ['test/golden/**/*.test.ts']),
      suite('contract', ['test/contract/**/*.test.ts'], { testTimeoutMs: 30_000 }),
      suite('integration', ['test/integration/**/*.test.ts'], { testTimeoutMs: 30_000 }),
      suite('quick-providers', ['test/providers/quick/*.test.ts'], {
        testTimeoutMs: 60_000,
        alone: true,
      }),
      suite('providers', ['test/providers/*.test.ts'], { testTimeoutMs: 120_000, alone: true }),
      suite('e2e', ['test/e2e/**/*.test.ts'], { testTimeoutMs: 120_000, alone: true }),
    ],
  },
})
