import { defineConfig } from 'vitest/config'

/** The suites, from the quickest to the one that starts every real part. */
const suite = (name: string, include: string[], testTimeoutMs = 10_000) => ({
  extends: true as const,
  test: { name, include, testTimeout: testTimeoutMs, hookTimeout: testTimeoutMs * 3 },
})

export default defineConfig({
  test: {
    environment: 'node',
    restoreMocks: true,
    projects: [
      suite('unit', ['test/unit/**/*.test.ts', 'test/*.test.ts']),
      suite('golden', ['test/golden/**/*.test.ts']),
      suite('contract', ['test/contract/**/*.test.ts'], 30_000),
      suite('integration', ['test/integration/**/*.test.ts'], 30_000),
      suite('e2e', ['test/e2e/**/*.test.ts'], 120_000),
    ],
  },
})
