import { describe, expect, it } from 'vitest'
import { CLAUSES, manyClauses } from '../../support/e2e/many-clauses.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { type Name, signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { until } from '../../support/parts/until.ts'

const HUMAN = { 'x-kind': 'human' }

describe('a rule that is an expression', () => {
  const stack = useStack(async () => (await manyClauses()).options)
  const url = (path: string): string => stack().url(CLAUSES, path)

  const logged = (line: RegExp) =>
    until('the log says what was wrong', async () => line.test(stack().sallyport.output()))

  const asking = async (name: Name) => {
    const { browser } = await signedIn(stack(), url('/'), name)
    return async (path: string, headers: Readonly<Record<string, string>> = {}) => {
      const { status, headers: answered } = await browser.fetch(url(path), { headers })
      return [status, answered['x-sallyport-reason'] ?? 'allowed']
    }
  }

  it('lets through what it says is true of the person and of the request', async () => {
    const alice = await asking('alice')
    expect(await alice('/expression', HUMAN)).toEqual([200, 'allowed'])
    expect(await alice('/expression', { 'x-kind': 'machine' })).toEqual([403, 'expression_refused'])
    const bob = await asking('bob')
    expect(await bob('/expression', HUMAN)).toEqual([403, 'expression_refused'])
  })

  it('tells the upstream what an expression comes to, whatever was sent', async () => {
    const alice = await asking('alice')
    expect(await alice('/expression', { ...HUMAN, 'x-login': 'root' })).toEqual([200, 'allowed'])
    expect(lastSeen(stack(), '/expression').headers['x-login']).toBe('alice')
  })

  it('refuses where it fails, and the log says where', async () => {
    const alice = await asking('alice')
    expect(await alice('/expression')).toEqual([403, 'expression_failed'])
    expect(await alice('/failing')).toEqual([403, 'expression_failed'])
    await logged(/failed: there is no claim `team` \(at character 7\)/)
  })

  it('R5: refuses a path that may be read in two ways', async () => {
    const alice = await asking('alice')
    expect(await alice('/expression/a%2fsecret', HUMAN)).toEqual([403, 'expression_failed'])
    expect(await alice('/expression/secret', HUMAN)).toEqual([403, 'expression_refused'])
  })
})
