import { defineConfig } from 'vitest/config'
import { patient } from './test/support/patience.ts'

/**
 * A test ends by itself, or waits for something with a bound of its own that names it: these bounds
 * are for the rest, so that a run ends. None of them is an expectation of how long something takes.
 */
const TEST_MS = 300_000
const HOOK_MS = 600_000

/**
 * On a machine that has other things to do, a run of thousands of tests is not thrown away for one
 * of them: it is tried once more, and named at the end if it passes then, to be looked into.
 */
const SECOND_TRIES = process.env.CI === 'true' ? 1 : 0

/** What sets a suite apart from the others. */
interface SuiteOptions {
  /**
   * The suite runs by itself, one file at a time: each file starts Envoy, a provider, a browser and
   * more.
   */
  readonly alone?: boolean
  /** Variables of the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** The suites that are run a second time, with the engine that is not the default. */
const NEAREST_TO_THE_PORT = [
  'test/integration/grpc-{check,drain,health,tls,fuzz}.test.ts',
  'test/integration/healthcheck.test.ts',
  'test/integration/flood.test.ts',
]

/** One file at a time, and one Keycloak for those that want one. */
const ALONE = {
  fileParallelism: false,
  globalSetup: 'test/support/e2e/share-keycloak.ts',
} as const

/** The suites, from the quickest to the one that starts every real part. */
const suite = (
  name: string,
  include: string[],
  { alone = false, env = {} }: SuiteOptions = {},
) => ({
  extends: true as const,
  test: {
    name,
    include,
    env,
    testTimeout: patient(TEST_MS),
    hookTimeout: patient(HOOK_MS),
    retry: SECOND_TRIES,
    sequence: { groupOrder: alone ? 1 : 0 },
    ...(alone ? ALONE : { maxWorkers: 2 }),
  },
})

export default defineConfig({
  test: {
    environment: 'node',
    setupFiles: ['test/support/seeded-properties.ts', 'test/support/patient-waits.ts'],
    restoreMocks: true,
    projects: [
      suite('unit', ['test/unit/**/*.test.ts', 'test/*.test.ts']),
      suite('golden', ['test/golden/**/*.test.ts']),
      suite('contract', ['test/contract/**/*.test.ts']),
      suite('integration', ['test/integration/**/*.test.ts']),
      suite('grpc-js', NEAREST_TO_THE_PORT, { env: { TEST_ENGINE: 'grpc-js' } }),
      suite('quick-providers', ['test/providers/quick/*.test.ts'], { alone: true }),
      suite('providers', ['test/providers/*.test.ts'], { alone: true }),
      suite('e2e', ['test/e2e/**/*.test.ts'], { alone: true }),
    ],
  },
})
