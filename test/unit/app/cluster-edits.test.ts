import fc from 'fast-check'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createResourceCompiler } from '../../../src/app/compile-resources.ts'
import { createOutcomes } from '../../../src/app/outcome.ts'
import { finish, oneStep, UNHURRIED } from '../../../src/core/time/steps.ts'
import { createApiServer } from '../../../src/kubernetes/api/api-server.ts'
import type { DesiredStatus } from '../../../src/kubernetes/conditions/desired-status.ts'
import { desiredStatuses, type StatusInput } from '../../../src/kubernetes/conditions/statuses.ts'
import {
  type ClusterRead,
  createClusterSource,
} from '../../../src/kubernetes/source/cluster-source.ts'
import type { Outcome } from '../../../src/kubernetes/status/controller.ts'
import { createMemo } from '../../../src/policy/compile/object/memo.ts'
import { dataReferences, needsNamespaceLabels } from '../../../src/policy/data-references.ts'
import type { LastGood } from '../../../src/policy/in-force.ts'
import { NOWHERE } from '../../../src/resources/manifest/diagnostics.ts'
import type { ManifestRead } from '../../../src/resources/manifest/joined-manifests.ts'
import { createResourceSchema } from '../../../src/resources/schema/schema.ts'
import { startFakeKubeApi, type WrittenObject } from '../../support/fake-kube-api.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { handSetTimers } from '../../support/hand-set-timers.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const apiVersion = 'sallyport.dev/v1alpha1'
const name = fc.constantFrom('x', 'y')
const metadata = name.map((one) => ({ name: one, namespace: 'shop' }))

const route = fc
  .tuple(metadata, fc.constantFrom('one.example.com', '*.example.com', 'no host'), name)
  .map(([meta, host, client]) => ({
    apiVersion,
    kind: 'ProtectedRoute',
    metadata: meta,
    spec: { hosts: [host], clientRef: { name: client } },
  }))
const client = fc
  .tuple(metadata, name, fc.constantFrom({}, { scopes: 5 }, { scopes: ['a'] }))
  .map(([meta, secret, more]) => ({
    apiVersion,
    kind: 'OIDCClient',
    metadata: meta,
    spec: {
      providerRef: { name: 'x' },
      clientId: 'shop',
      authentication: { secretRef: { name: secret } },
      ...more,
    },
  }))
const provider = fc
  .tuple(metadata, fc.constantFrom('https://a.example', 'no issuer'))
  .map(([meta, issuer]) => ({
    apiVersion,
    kind: 'IdentityProvider',
    metadata: meta,
    spec: { issuer },
  }))
const secret = fc.tuple(metadata, fc.constantFrom('b25l', 'dHdv', '')).map(([meta, value]) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: meta,
  data: { 'client-secret': value },
}))
const edit = fc.tuple(fc.oneof(route, client, provider, secret), fc.boolean(), fc.boolean())

const options = { allowInsecureIssuers: false }

/** Compiles every read twice: with what was made before, and from nothing. */
const comparing = () => {
  const compiler = createResourceCompiler(options)
  const outcomes = createOutcomes()
  const memo = createMemo<DesiredStatus>()
  let previous: LastGood | undefined
  let fromNothing: LastGood | undefined
  let compared = 0
  const standing = { isReady: true, keys: 1, isIssuerWrong: false, isHeldBack: false, notes: [] }
  const around: Omit<StatusInput, keyof Outcome> = {
    standingOf: () => ({ ...standing, keys: compared % 3 }),
    absentClaimsOf: () => undefined,
    clientStandingOf: () => undefined,
    missingRightsIn: () => (compared % 5 === 0 ? ['Grant it.'] : []),
  }
  const compare = (read: ClusterRead): void => {
    const problems = read.problems.map((one) => ({ ...NOWHERE, ...one }))
    const now: ManifestRead = { ...read, problems, locate: () => undefined }
    const { lastGood, table, ...said } = finish(compiler.steps(now, previous))
    const cloned = {
      ...now,
      resources: structuredClone(now.resources),
      invalid: structuredClone(now.invalid),
    }
    const other = finish(createResourceCompiler(options).steps(cloned, fromNothing))
    const { lastGood: otherGood, table: otherTable, ...otherSaid } = other
    expect(said).toEqual(otherSaid)
    for (const host of ['one.example.com', 'any.example.com']) {
      const asked = { host, contextExtensions: {} }
      expect(table.find(asked)).toEqual(otherTable.find(asked))
    }
    const outcome = finish(outcomes.of({ ...said, lastGood, table }, read.present))
    const otherOutcome = finish(createOutcomes().of(other, read.present))
    expect(finish(desiredStatuses({ ...outcome, ...around }, memo))).toEqual(
      finish(desiredStatuses({ ...otherOutcome, ...around }, createMemo())),
    )
    previous = lastGood
    fromNothing = otherGood
    compared += 1
  }
  return { compare, previous: () => previous, compared: () => compared }
}

it('R29: after edits through the API server a compilation, and every status, says what one from nothing says', async () => {
  const api = await startFakeKubeApi()
  onTestFinished(api.stop)
  const clock = handSetClock()
  const timers = handSetTimers(clock)
  const schema = createResourceSchema()
  const { compare, previous, compared } = comparing()
  const errors: unknown[] = []
  let last: ClusterRead | undefined
  const source = createClusterSource({
    api: createApiServer({ kubeconfigFile: api.kubeconfigFile }),
    clock,
    timers,
    random: seededRandom('edits'),
    pace: UNHURRIED,
    namespaces: [],
    decode: (manifest) => {
      const decoded = schema.decode(manifest)
      if (decoded.kind === 'resource') return { resource: decoded.resource, problems: [] }
      return { ...(decoded.ref === undefined ? {} : { invalid: decoded.ref }), problems: [] }
    },
    referencesOf: (resources) => dataReferences(resources, previous()),
    needsLabels: (resources) => needsNamespaceLabels(resources, previous()),
    onChange: (read) =>
      oneStep(() => {
        compare(read)
        last = read
      }),
    onStatus: () => undefined,
    onError: (error) => errors.push(error),
    onFailure: () => undefined,
    onRecovery: () => undefined,
  })
  onTestFinished(source.close)
  const until = (condition: () => boolean): Promise<void> =>
    vi.waitFor(() => {
      timers.pass(100)
      if (errors.length === 0 && !condition()) throw new Error('not yet')
    })
  void source.start()
  await until(() => last !== undefined && api.watching().length >= 3)
  const mark = async (round: number): Promise<void> => {
    const marker = { name: `marker-${round}`, namespace: 'shop' }
    const spec = { hosts: [`m${round}.example.net`], clientRef: { name: 'x' } }
    api.put({ apiVersion, kind: 'ProtectedRoute', metadata: marker, spec })
    await until(() => last?.present.some(({ ref }) => ref.name === marker.name) ?? false)
    api.remove('ProtectedRoute', `shop/${marker.name}`)
  }
  const edits: readonly (readonly [WrittenObject, boolean, boolean])[] = fc.sample(edit, {
    numRuns: 150,
    seed: 14,
  })
  for (const [round, [object, isRemoved, isWaited]] of edits.entries()) {
    const path = `shop/${object.metadata.name}`
    if (isRemoved && api.get(object.kind, path) !== undefined) api.remove(object.kind, path)
    else api.put(object)
    if (isWaited) await mark(round)
  }
  await mark(edits.length)
  expect(errors).toEqual([])
  expect(compared()).toBeGreaterThan(edits.filter(([, , isWaited]) => isWaited).length)
})
