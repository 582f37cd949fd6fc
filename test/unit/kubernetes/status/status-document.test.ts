import { describe, expect, it } from 'vitest'
import type { DesiredStatus } from '../../../../src/kubernetes/conditions/desired-status.ts'
import {
  type LastChecks,
  nextStatus,
  type WrittenStatus,
} from '../../../../src/kubernetes/status/status-document.ts'
import type { ApiObject } from '../../../../src/kubernetes/watch/watch-line.ts'

const NOW = Date.UTC(2031, 4, 5, 6, 7, 8, 999)

const never: LastChecks = () => undefined

const object = (status?: unknown, generation = 2): ApiObject => ({
  metadata: { name: 'shop', namespace: 'shop', resourceVersion: '9', uid: 'u', generation },
  ...(status === undefined ? {} : { status }),
})

const desired = (more: Partial<DesiredStatus> = {}): DesiredStatus => ({
  ref: { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' },
  uid: 'u',
  generation: 2,
  conditions: [{ type: 'Programmed', status: 'True', reason: 'Programmed', message: 'In force.' }],
  hosts: [{ host: 'shop.example.com', state: 'Programmed' }],
  ...more,
})

const next = (
  written: unknown,
  wanted: DesiredStatus | undefined = desired(),
  checks: LastChecks = never,
  nowMs = NOW,
): WrittenStatus | undefined => nextStatus(object(written), wanted, checks, nowMs)

/** What is written at first. */
const first = (wanted = desired()): WrittenStatus => next(undefined, wanted) ?? {}

describe('conditions', () => {
  it('are written with the generation that they are about, and since when', () => {
    expect(next(undefined)).toEqual({
      observedGeneration: 2,
      conditions: [
        {
          type: 'Programmed',
          status: 'True',
          observedGeneration: 2,
          lastTransitionTime: '2031-05-05T06:07:08Z',
          reason: 'Programmed',
          message: 'In force.',
        },
      ],
      hosts: [{ host: 'shop.example.com', state: 'Programmed' }],
    })
  })

  it('are not written again, whatever the order of their members', () => {
    const { conditions = [], ...rest } = first()
    const turned = conditions.map((one) => Object.fromEntries(Object.entries(one).reverse()))
    expect(next({ conditions: turned, ...rest }, desired(), never, NOW + 60_000)).toBeUndefined()
  })

  const later = NOW + 3_600_000
  const moved = (more: object) =>
    next(
      first(),
      desired({ conditions: [{ ...desired().conditions[0], ...more } as never] }),
      never,
      later,
    )?.conditions?.[0]

  it('keep their time while the status is the same, though reason or message move', () => {
    const condition = moved({ reason: 'UsingLastKnownGood', message: 'An earlier one.' })
    expect(condition).toMatchObject({
      reason: 'UsingLastKnownGood',
      lastTransitionTime: '2031-05-05T06:07:08Z',
    })
  })

  it('get a new time when the status moves', () => {
    expect(moved({ status: 'False' })?.lastTransitionTime).toBe('2031-05-05T07:07:08Z')
  })

  it('of other types are left as they are, behind our own', () => {
    const foreign = {
      type: 'Audited',
      status: 'True',
      reason: 'ByHand',
      message: 'Looked at.',
      lastTransitionTime: '2030-01-01T00:00:00Z',
    }
    const { conditions } = next({ conditions: [foreign] }) ?? {}
    expect(conditions?.map(({ type }) => type)).toEqual(['Programmed', 'Audited'])
    expect(conditions?.[1]).toEqual(foreign)
  })

  it('D1: Stalled is taken away when it is wanted no more, though other types are kept', () => {
    const stalled = { type: 'Stalled', status: 'True', reason: 'Invalid', message: 'Mend it.' }
    const before = first(desired({ conditions: [...desired().conditions, stalled as never] }))
    expect(before.conditions?.map(({ type }) => type)).toEqual(['Programmed', 'Stalled'])
    expect(next(before)?.conditions?.map(({ type }) => type)).toEqual(['Programmed'])
  })

  it('are written even if the status that is there is nonsense', () => {
    for (const nonsense of [
      7,
      [],
      { conditions: 'all well' },
      { conditions: [null], hosts: [7] },
    ]) {
      expect(next(nonsense)?.conditions).toHaveLength(1)
    }
  })

  it('are not written about another generation, or another object of the same name', () => {
    expect(nextStatus(object(undefined, 3), desired(), never, NOW)).toBeUndefined()
    expect(next(undefined, desired({ uid: 'former' }))).toBeUndefined()
  })
})

describe('a provider', () => {
  const provider = (more: Partial<DesiredStatus>): DesiredStatus => {
    const { hosts: _, ...rest } = desired()
    return { ...rest, ...more }
  }

  it('shows its keys and when it was discovered', () => {
    const status = next(undefined, provider({ keys: 2, lastDiscoveryMs: NOW }))
    expect(status).toMatchObject({ keys: 2, lastDiscoveryTime: '2031-05-05T06:07:08Z' })
    expect(status).not.toHaveProperty('hosts')
  })

  it('loses them when it cannot be used any more', () => {
    const before = first(provider({ keys: 2, lastDiscoveryMs: NOW }))
    expect(next(before, provider({}))).not.toHaveProperty('keys')
    expect(next(before, provider({}))).not.toHaveProperty('lastDiscoveryTime')
  })

  it('is not written anew because it was discovered again within a minute', () => {
    const before = first(provider({ keys: 2, lastDiscoveryMs: NOW }))
    expect(next(before, provider({ keys: 2, lastDiscoveryMs: NOW + 59_000 }))).toBeUndefined()
    expect(next(before, provider({ keys: 2, lastDiscoveryMs: NOW + 61_000 }))).toMatchObject({
      lastDiscoveryTime: '2031-05-05T06:08:09Z',
    })
  })
})

describe('when a host was last checked', () => {
  const at =
    (ms: number): LastChecks =>
    (host) =>
      host === 'shop.example.com' ? ms : undefined
  const checked = (
    ms: number,
    written: unknown = first(),
    wanted: DesiredStatus | undefined = desired(),
  ) => nextStatus(object(written), wanted, at(ms), NOW)

  it('is written as the minute, for the host and for the route', () => {
    expect(checked(NOW)).toMatchObject({
      hosts: [{ host: 'shop.example.com', lastCheckTime: '2031-05-05T06:07:00Z' }],
      lastCheckTime: '2031-05-05T06:07:00Z',
    })
  })

  it('is written once a minute at most, and never back', () => {
    const before = checked(NOW)
    expect(checked(NOW + 50_000, before)).toBeUndefined()
    expect(checked(NOW - 120_000, before)).toBeUndefined()
    expect(checked(NOW + 60_000, before)).toMatchObject({ lastCheckTime: '2031-05-05T06:08:00Z' })
  })

  it('stays when everything else is written anew, and goes with its host', () => {
    const before = checked(NOW)
    const conflicted = desired({
      hosts: [
        { host: 'shop.example.com', state: 'Conflicted', conflictingWith: 'a/b' },
        { host: 'new.example.com', state: 'Programmed' },
      ],
    })
    expect(next(before, conflicted)?.hosts).toEqual([
      {
        host: 'shop.example.com',
        state: 'Conflicted',
        conflictingWith: 'a/b',
        lastCheckTime: '2031-05-05T06:07:00Z',
      },
      { host: 'new.example.com', state: 'Programmed' },
    ])
    const other = desired({ hosts: [{ host: 'new.example.com', state: 'Programmed' }] })
    expect(next(before, other)).not.toHaveProperty('lastCheckTime')
  })

  it('is all that is written by a replica that does not lead', () => {
    const status = nextStatus(object(first()), undefined, at(NOW), NOW + 3_600_000)
    expect(status).toEqual({
      ...first(),
      hosts: [
        {
          host: 'shop.example.com',
          state: 'Programmed',
          lastCheckTime: '2031-05-05T06:07:00Z',
        },
      ],
      lastCheckTime: '2031-05-05T06:07:00Z',
    })
    expect(nextStatus(object(), undefined, at(NOW), NOW)).toBeUndefined()
  })
})

it('E3: a client shows what to register, and is not written again for it', () => {
  const { hosts: _, ...rest } = desired()
  const client: DesiredStatus = {
    ...rest,
    registration: {
      redirectUris: ['https://shop.example.com/oauth2/callback'],
      postLogoutRedirectUris: [],
    },
  }
  const status = next(undefined, client)
  expect(status).toMatchObject({
    redirectURIs: ['https://shop.example.com/oauth2/callback'],
    postLogoutRedirectURIs: [],
  })
  expect(next(status, client)).toBeUndefined()
})

it('B12: a client shows which claims were absent, until they are there', () => {
  const { hosts: _, ...rest } = desired()
  const lacking: DesiredStatus = { ...rest, absentClaims: ['email'] }
  const status = next(undefined, lacking)
  expect(status).toMatchObject({ absentClaims: ['email'] })
  expect(next(status, lacking)).toBeUndefined()
  expect(next(status, rest)).not.toHaveProperty('absentClaims')
})
