import { expect, test } from 'vitest'
import { clockFinding } from '../../../../src/oidc/inspection/clock.ts'

const NOW_MS = Date.UTC(2026, 10, 28)

test.each([
  [1_000, 'well', 'Both clocks agree.'],
  [-20_000, 'warning', 'The clock of the provider is 20 s behind ours; spec.clockSkew allows 30 s'],
  [90_000, 'problem', 'The clock of the provider is 90 s ahead of ours, and spec.clockSkew allows'],
])('A17: a provider whose clock is %i ms ahead', (aheadMs, state, message) => {
  const found = clockFinding({ theirMs: NOW_MS + aheadMs, ourMs: NOW_MS }, { clockSkewMs: 30_000 })
  expect(found.state).toBe(state)
  expect(found.message).toContain(message)
})

test('a provider that tells no time is not judged', () => {
  expect(clockFinding(undefined, { clockSkewMs: 30_000 }).state).toBe('unknown')
})
