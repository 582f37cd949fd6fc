import { describe, expect, it } from 'vitest'
import { lifetimeOf, rememberChoiceOf } from '../../../../src/core/cookie/remember-me.ts'
import { aClient, aRequest, NAVIGATION } from '../../../support/builders.ts'

const plain = aClient()
const DAY_MS = 86_400_000
const rememberMe = { idleTimeoutMs: 7 * DAY_MS, absoluteTimeoutMs: 30 * DAY_MS }
const offering = aClient({ session: { ...plain.session, rememberMe } })

const choice = (query: string, site?: string, client = offering) => {
  const { 'sec-fetch-site': _, ...rest } = NAVIGATION
  const headers = site === undefined ? rest : { ...rest, 'sec-fetch-site': site }
  return rememberChoiceOf(client, aRequest({ path: `/orders${query}`, headers }))
}

describe('the wish to stay signed in', () => {
  it('is asked for where it is offered, and nowhere else', () => {
    expect(choice('')).toBe('ask')
    expect(choice('?sallyport_remember=yes', 'same-origin', plain)).toBe('no')
  })

  it.each(['same-origin', 'none', undefined])('counts if %s says it', (site) => {
    expect(choice('?a=1&sallyport_remember=yes', site)).toBe('yes')
    expect(choice('?sallyport_remember=no', site)).toBe('no')
  })

  it.each(['cross-site', 'same-site'])('is asked for again if %s says it', (site) => {
    expect(choice('?sallyport_remember=yes', site)).toBe('ask')
  })

  it.each([
    'sallyport_remember',
    'sallyport_remember=YES',
    'sallyport_remember=yes&sallyport_remember=no',
  ])('is asked for again if it is unclear: %s', (query) => {
    expect(choice(`?${query}`, 'same-origin')).toBe('ask')
  })
})

describe('the lifetime of a session', () => {
  it('is the usual one, and its cookie ends with the browser', () => {
    const { idleTimeoutMs, absoluteTimeoutMs } = plain.session
    expect(lifetimeOf(offering, false)).toEqual({ idleTimeoutMs, absoluteTimeoutMs })
    expect(lifetimeOf(plain, true)).toEqual({ idleTimeoutMs, absoluteTimeoutMs })
  })

  it('is the longer one, and its cookie lasts as long', () => {
    expect(lifetimeOf(offering, true)).toEqual({ ...rememberMe, cookieSeconds: 30 * 86_400 })
  })
})
