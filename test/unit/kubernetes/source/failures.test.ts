import { describe, expect, it } from 'vitest'
import type { ApiFailure } from '../../../../src/kubernetes/api/api-failure.ts'
import type { Collection } from '../../../../src/kubernetes/source/collections.ts'
import { createFailureLog, failuresOf } from '../../../../src/kubernetes/source/failures.ts'

const followed = (name: string, failure?: ApiFailure) => {
  const collection = { kind: 'Secret', title: `Secret shop/${name}`, right: 'get' } as Collection
  return { collection, watch: { failure: () => failure } } as Parameters<typeof failuresOf>[0][0]
}

const away: ApiFailure = { message: 'connect ECONNREFUSED' }

const busy = (status: number): ApiFailure => ({
  status,
  message: `the API server answered ${status}`,
})

const telling = () => {
  const lines: string[] = []
  const tell = (sentence: string): void => void lines.push(sentence)
  let nowMs = 0
  const clock = { nowMs: () => nowMs }
  const log = createFailureLog({ onFailure: tell, onRecovery: tell, clock })
  const pass = (ms: number): void => {
    nowMs += ms
  }
  return { lines, log, pass }
}

describe('an API server that goes and comes back', () => {
  it.each([
    ['no answer', away, away],
    ['errors of its own', busy(503), busy(500)],
    ['too many requests', busy(429), busy(503)],
    ['one and the other', away, busy(502)],
  ])('is one line for all watches, and one when it is back: %s', (_what, one, other) => {
    const { lines, log, pass } = telling()
    log(failuresOf([followed('a', one), followed('b', other)]))
    pass(5_000)
    log(failuresOf([followed('a', other), followed('b', one)]))
    pass(7_000)
    log(failuresOf([followed('a'), followed('b')]))
    expect(lines).toEqual([
      `The API server cannot be followed: ${one.message}.`,
      'The API server can be followed again, after 12 s.',
    ])
  })

  it('leaves what it refuses a line of its own', () => {
    const { lines, log } = telling()
    log(failuresOf([followed('a', busy(403)), followed('b', away)]))
    log(failuresOf([followed('a', busy(403)), followed('b')]))
    expect(lines).toEqual([
      expect.stringMatching(/^Secret shop\/a cannot be read: .*; grant get\.$/),
      'The API server cannot be followed: connect ECONNREFUSED.',
      'The API server can be followed again, after 0 s.',
    ])
  })

  it.each([500, 503, 429])('is told though one kind alone has been answered %i', (status) => {
    const { lines, log, pass } = telling()
    const broken = followed('a', busy(status))
    const both = failuresOf([broken, followed('b', away), followed('c')])
    log(failuresOf([broken, followed('b'), followed('c')]))
    log(both)
    expect([...both.values()]).toEqual([
      `Secret shop/a cannot be read: the API server answered ${status}.`,
      'The API server cannot be followed: connect ECONNREFUSED.',
    ])
    pass(3_000)
    log(failuresOf([broken, followed('b'), followed('c')]))
    log(failuresOf([followed('a'), followed('b'), followed('c')]))
    expect(lines).toEqual([
      `Secret shop/a cannot be read: the API server answered ${status}.`,
      'The API server cannot be followed: connect ECONNREFUSED.',
      'The API server can be followed again, after 3 s.',
      'Resolved: Secret shop/a.',
    ])
  })

  it('has nothing else said to be resolved while it is away', () => {
    const { lines, log } = telling()
    log(failuresOf([followed('a', busy(500)), followed('b')]))
    log(failuresOf([followed('a', away), followed('b', away)]))
    log(failuresOf([followed('a', busy(500)), followed('b')]))
    expect(lines).toEqual([
      'Secret shop/a cannot be read: the API server answered 500.',
      'The API server cannot be followed: connect ECONNREFUSED.',
      'The API server can be followed again, after 0 s.',
    ])
  })

  it('is not what one error is about where nothing else is followed', () => {
    expect([...failuresOf([followed('a', busy(500))]).keys()]).toEqual(['Secret shop/a'])
  })
})
