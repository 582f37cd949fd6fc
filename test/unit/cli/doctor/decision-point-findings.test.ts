import { expect, test } from 'vitest'
import { decisionPointFindings } from '../../../../src/cli/doctor/decision-point-findings.ts'
import { unlimited } from '../../../support/check-ports.ts'
import {
  type Answering,
  aDecisionPoint,
  anAskingWorld,
  aScriptedDecisionPoint,
  says,
} from '../../../support/decision-points.ts'

const findingFor = async (answer: Answering, protocol: 'authzen' | 'opa' = 'authzen') => {
  const scripted = await aScriptedDecisionPoint()
  scripted.answer(answer)
  const { points } = anAskingWorld()
  const parts = { decisionPoints: points, newBudget: () => unlimited }
  const point = aDecisionPoint({ url: scripted.url('/v1/data/a/b'), protocol })
  const [finding] = await decisionPointFindings(
    [point, aDecisionPoint({ route: 'blog/blog' })],
    'shop/shop',
    parts,
  )
  return { ...finding, asked: scripted.asked }
}

test('a decision point that denies somebody whom nobody knows is well', async () => {
  const { state, asked } = await findingFor(says({ decision: false }))
  expect(state).toBe('well')
  expect(asked).toHaveLength(1)
  expect(JSON.parse(asked[0]?.body ?? '').subject).toMatchObject({ id: 'sallyport-doctor' })
})

test('one that permits everybody is a warning, and so is a rule of OPA that is not there', async () => {
  expect(await findingFor(says({ decision: true }))).toMatchObject({
    state: 'warning',
    message: expect.stringContaining('permits whoever it is asked about'),
  })
  expect(await findingFor(says({}), 'opa')).toMatchObject({
    state: 'warning',
    message: expect.stringContaining('without a result'),
  })
})

test('one that gives no decision is a problem, and the sentence says why', async () => {
  expect(await findingFor(says('no', 401))).toMatchObject({
    check: 'decision point',
    state: 'problem',
    message: expect.stringMatching(/^http:.* answered with status 401/),
  })
})
