import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import { separateLines } from '../../../../src/core/cookie/cookie.ts'
import { aPolicy, aRequest, NAVIGATION } from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'
import { denied } from '../../../support/verdicts.ts'

const COOKIE = '__Host-sallyport'

const refusalOf = async (cookie: string) => {
  const headers = { ...NAVIGATION, cookie: separateLines(cookie) }
  const check = createCheck(fakePorts(aPolicy()))
  return denied(await check(aRequest({ headers, encoding: 'text' }), unlimited))
}

describe('A10: a session cookie that follows a comma', () => {
  it('A10: is no session, and no reason for a login that would end here again', async () => {
    const verdict = await refusalOf(`a=1,${COOKIE}=ticket`)
    expect(verdict).toMatchObject({ status: 401, reason: 'cookies_joined' })
    expect(verdict.ways).toHaveLength(1)
  })

  it('A10: is passed over where a line begins with one of the name', async () => {
    expect(await refusalOf(`a=1,${COOKIE}=planted; ${COOKIE}=gone`)).toMatchObject({
      reason: 'session_unknown',
      status: 302,
    })
  })
})
