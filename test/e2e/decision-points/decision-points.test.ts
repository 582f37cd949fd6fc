import { afterAll, describe, expect, it } from 'vitest'
import {
  CERBOS_POLICY,
  DECISIONS,
  decisionRoutes,
  OPA_POLICY,
} from '../../support/e2e/decision-point-routes.ts'
import { shop } from '../../support/e2e/manifests.ts'
import { seenDuring } from '../../support/e2e/seen.ts'
import { type Name, signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { startCerbos } from '../../support/parts/cerbos.ts'
import { type RunningDecisionPoint, startOpa } from '../../support/parts/opa.ts'
import { createCertificates } from '../../support/parts/tls.ts'
import { until } from '../../support/parts/until.ts'

const TOKEN = 'known-to-the-decision-points'

describe('rules that ask real decision points', () => {
  const parts: { opa?: RunningDecisionPoint; stop: (() => Promise<void>)[] } = { stop: [] }

  const stack = useStack(async () => {
    const certificates = await createCertificates(['127.0.0.1'])
    const opa = await startOpa({ policy: OPA_POLICY, token: TOKEN, certificates })
    const cerbos = await startCerbos({ policy: CERBOS_POLICY, certificates })
    parts.opa = opa
    parts.stop = [opa.stop, cerbos.stop, certificates.remove]
    const urls = { opa: opa.url, cerbos: cerbos.url, token: TOKEN, caPem: certificates.caPem }
    return { resources: shop({ more: decisionRoutes(urls) }) }
  })
  afterAll(async () => {
    for (const stop of parts.stop) await stop()
  })

  const asking = async (name: Name) => {
    const { browser } = await signedIn(stack(), stack().url(DECISIONS, '/'), name)
    return async (path: string, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await browser.fetch(stack().url(DECISIONS, path), { headers })
      return [answer.status, answer.status === 200 ? 'allowed' : Object(answer.json()).reason]
    }
  }

  const logged = (text: string) =>
    until(`the log says ${text}`, async () => stack().sallyport.output().includes(text))

  it('OPA permits by who calls and what is asked for, and denies everybody else', async () => {
    const [alice, bob] = [await asking('alice'), await asking('bob')]
    expect(await alice('/opa/orders')).toEqual([200, 'allowed'])
    expect(await alice('/opa/orders', { 'x-tenant': 'red' })).toEqual([403, 'decision_denied'])
    expect(await bob('/opa/orders')).toEqual([403, 'decision_denied'])
    expect(await alice('/object/1')).toEqual([200, 'allowed'])
    expect(await bob('/object/1')).toEqual([403, 'decision_denied'])
    await logged('only alice')
  })

  it('Cerbos permits by AuthZEN, by path, method and subject', async () => {
    const [alice, bob] = [await asking('alice'), await asking('bob')]
    expect(await alice('/cerbos/open/1')).toEqual([200, 'allowed'])
    expect(await alice('/cerbos/closed/1')).toEqual([403, 'decision_denied'])
    expect(await bob('/cerbos/open/1')).toEqual([403, 'decision_denied'])
  })

  it('R5: a path that may be read in two ways reaches neither of them', async () => {
    const alice = await asking('alice')
    const seen = await seenDuring(stack(), async () => {
      expect(await alice('/cerbos/open;x=1')).toEqual([400, 'malformed_path'])
    })
    expect(seen).toEqual([])
  })

  it('R1: what OPA leaves undefined is a denial that says so; what is no decision is 503', async () => {
    const alice = await asking('alice')
    expect(await alice('/undefined')).toEqual([403, 'decision_denied'])
    await logged('without a result')
    expect(await alice('/text')).toEqual([503, 'decision_point_unavailable'])
    expect(await alice('/conflict')).toEqual([503, 'decision_point_unavailable'])
    await logged('eval_conflict_error')
    expect(await alice('/stranger')).toEqual([503, 'decision_point_unavailable'])
    await logged('answered with status 401')
    expect(await alice('/untrusted')).toEqual([503, 'decision_point_unavailable'])
    await logged('external.tls.caRef')
  })

  it('R1: a decision point that is away is 503, what is remembered counts on, and both heal', async () => {
    const alice = await asking('alice')
    expect(await alice('/kept')).toEqual([200, 'allowed'])
    await parts.opa?.kill()
    const seen = await seenDuring(stack(), async () => {
      expect(await alice('/opa')).toEqual([503, 'decision_point_unavailable'])
      expect(await alice('/kept/other')).toEqual([503, 'decision_point_unavailable'])
    })
    expect(seen).toEqual([])
    expect(await alice('/kept')).toEqual([200, 'allowed'])
    await parts.opa?.restart()
    await until('OPA is asked again', async () => (await alice('/opa'))[0] === 200)
  })

  it('R25: one that hangs costs no more than its time-out, and opens nothing', async () => {
    const alice = await asking('alice')
    parts.opa?.freeze()
    const answer = await alice('/opa')
    parts.opa?.resume()
    expect(answer).toEqual([503, 'decision_point_unavailable'])
    await until('OPA is asked again', async () => (await alice('/opa'))[0] === 200)
  })
})
