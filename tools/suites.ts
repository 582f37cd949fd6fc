/** The suites that need no real part. */
export const QUICK_SUITES = ['unit', 'golden'] as const

/** Those of `make test`. Without `providers`, which `make test-providers` runs. */
export const ALL_SUITES = [
  ...QUICK_SUITES,
  'contract',
  'integration',
  'grpc-js',
  'quick-providers',
  'e2e-light',
  'e2e',
] as const
