import { fileURLToPath } from 'node:url'
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

/**
 * Processes that tests start from the sources find them stripped of their types and compiled: that
 * is half of what their start costs.
 */
const NODE_COMPILE_CACHE = fileURLToPath(new URL('.tools/compile-cache', import.meta.url))

/** When a suite runs, and how many of its files at once. */
const TURNS = {
  /** Before what starts real parts for each file. */
  first: { sequence: { groupOrder: 0 }, maxWorkers: 2 },
  /** Each file starts Envoy, a provider, a browser and more, and waits for them more than it works. */
  inPairs: { sequence: { groupOrder: 1 }, maxWorkers: 2 },
  /** One file at a time: it needs the machine, or something of which there is one, for itself. */
  alone: {
    sequence: { groupOrder: 2 },
    fileParallelism: false,
    globalSetup: 'test/support/e2e/share-keycloak.ts',
  },
} as const

/** What sets a suite apart from the others. */
interface SuiteOptions {
  readonly turn?: keyof typeof TURNS
  readonly exclude?: string[]
  /** Variables of the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** The suites that are run a second time, with the engine that is not the default. */
const NEAREST_TO_THE_PORT = [
  'test/integration/grpc-{check,drain,health,tls,fuzz}.test.ts',
  'test/integration/healthcheck.test.ts',
  'test/integration/flood.test.ts',
]

/** What is light enough to run beside another file. Whatever is not named here runs alone. */
const LIGHT = [
  'test/e2e/{applications,assertion,authorization,decision-points}/*.test.ts',
  'test/e2e/browser-login/!(without-session).test.ts',
  'test/e2e/{console,console-pages,device-bound,discovery,forgery,forms}/*.test.ts',
  'test/e2e/{gateway,logout,many-hosts,metadata,pages,parts-of-a-host,upstream}/*.test.ts',
  'test/e2e/bearer/{accepted,refused}.test.ts',
  'test/e2e/step-up/step-up.test.ts',
  'test/e2e/hardened/requests-and-answers.test.ts',
  'test/e2e/proofs/oidc-provider.test.ts',
  'test/e2e/ways-in/opaque.test.ts',
]

/** The suites, from the quickest to the one that starts every real part. */
const suite = (
  name: string,
  include: string[],
  { turn = 'first', exclude = [], env = {} }: SuiteOptions = {},
) => ({
  extends: true as const,
  test: {
    name,
    include,
    exclude,
    env,
    testTimeout: patient(TEST_MS),
    hookTimeout: patient(HOOK_MS),
    retry: SECOND_TRIES,
    ...TURNS[turn],
  },
})

export default defineConfig({
  test: {
    environment: 'node',
    setupFiles: ['test/support/seeded-properties.ts', 'test/support/patient-waits.ts'],
    restoreMocks: true,
    env: { NODE_COMPILE_CACHE },
    projects: [
      suite('unit', ['test/unit/**/*.test.ts', 'test/*.test.ts']),
      suite('golden', ['test/golden/**/*.test.ts']),
      suite('contract', ['test/contract/**/*.test.ts']),
      suite('integration', ['test/integration/**/*.test.ts']),
      suite('grpc-js', NEAREST_TO_THE_PORT, { env: { TEST_ENGINE: 'grpc-js' } }),
      suite('e2e-light', LIGHT, { turn: 'inPairs' }),
      suite('quick-providers', ['test/providers/quick/*.test.ts'], { turn: 'alone' }),
      suite('providers', ['test/providers/*.test.ts'], { turn: 'alone' }),
      suite('clients', ['test/clients/*.test.ts'], { turn: 'alone' }),
      suite('e2e', ['test/e2e/**/*.test.ts'], { turn: 'alone', exclude: LIGHT }),
    ],
  },
})
