/** The suites that need no real part. */
export const QUICK_SUITES = ['unit', 'golden'] as const

/** Those of `make test`: `make test-providers` and `make test-clients` run the others. */
export const ALL_SUITES = [
  ...QUICK_SUITES,
  'contract',
  'integration',
  'grpc-js',
  'quick-providers',
  'e2e-light',
  'e2e',
] as const
