import { describe, expect, it } from 'vitest'
import { bearing, fetchMachineToken } from '../../support/e2e/access-tokens.ts'
import { CLAUSES, manyClauses } from '../../support/e2e/many-clauses.ts'
import { sendPlain } from '../../support/e2e/plain-client.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

describe('a rule that a header chooses', () => {
  const stack = useStack(async () => (await manyClauses()).options)

  const ask = async (...lines: readonly (readonly [name: string, value: string])[]) => {
    const token = await fetchMachineToken(stack(), newHttpBrowser(stack()))
    const { authorization } = bearing(token)
    const answer = await sendPlain(stack(), {
      host: CLAUSES,
      target: '/kind',
      lines: [['authorization', authorization], ...lines],
    })
    return [answer.status, answer.header('x-sallyport-reason')]
  }

  const CHOSEN = [403, 'insufficient_scope']
  const NOT_CHOSEN = [200, undefined]

  it('is applied where the whole value matches', async () => {
    expect(await ask(['X-Kind', 'machine-17'])).toEqual(CHOSEN)
    expect(await ask()).toEqual(NOT_CHOSEN)
    expect(await ask(['x-kind', 'machine-'])).toEqual(NOT_CHOSEN)
    expect(await ask(['x-kind', 'machine-17x'])).toEqual(NOT_CHOSEN)
  })

  it('sees several lines as one value, joined by commas', async () => {
    expect(await ask(['x-kind', 'machine-17'], ['x-kind', 'machine-18'])).toEqual(NOT_CHOSEN)
  })

  it('challenges whoever has no credential, with the same reason as any', async () => {
    const lines = [['x-kind', 'machine-17']] as const
    const { status, header } = await sendPlain(stack(), { host: CLAUSES, target: '/kind', lines })
    expect([status, header('x-sallyport-reason')]).toEqual([401, 'login_required'])
  })
})
