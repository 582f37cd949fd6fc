import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { compileResources, createResourceCompiler } from '../../../src/app/compile-resources.ts'
import { createOutcomes } from '../../../src/app/outcome.ts'
import type { ClientStanding, ProviderStanding } from '../../../src/core/provider/standing.ts'
import { finish, inSteps, UNHURRIED } from '../../../src/core/time/steps.ts'
import type { AbsentClaims } from '../../../src/kubernetes/conditions/absent-claims.ts'
import {
  desiredStatuses,
  type StatusInput,
  unsyncedStatuses,
} from '../../../src/kubernetes/conditions/statuses.ts'
import type { InvalidObject } from '../../../src/policy/compile/object/invalid-object.ts'
import { createMemo } from '../../../src/policy/compile/object/memo.ts'
import { objectKey } from '../../../src/policy/resource/resource.ts'
import { joinManifests } from '../../../src/resources/manifest/joined-manifests.ts'
import { readManifests } from '../../../src/resources/manifest/manifests.ts'
import { platformOf } from '../../../src/resources/platform-requirements.ts'
import { createResourceSchema } from '../../../src/resources/schema/schema.ts'

const HERE = new URL('./', import.meta.url).pathname
const INPUTS = [...globSync(`${HERE}../compile/*.in.yaml`), ...globSync(`${HERE}*.in.yaml`)].sort()

const schema = createResourceSchema()

interface Surroundings {
  readonly standings?: Readonly<Record<string, Partial<ProviderStanding>>>
  readonly unreadable?: readonly InvalidObject[]
  readonly missingRights?: readonly string[]
  readonly absentClaims?: Readonly<Record<string, AbsentClaims>>
  readonly clients?: Readonly<Record<string, ClientStanding>>
  readonly requirements?: Parameters<typeof platformOf>[0]
}

const READY: ProviderStanding = {
  isReady: true,
  keys: 1,
  lastDiscoveryMs: Date.UTC(2026, 0, 1),
  isIssuerWrong: false,
  notes: [],
}

const UNKNOWN: ProviderStanding = { isReady: false, keys: 0, isIssuerWrong: false, notes: [] }

const nameOf = (file: string): string => basename(file, '.in.yaml')

const surroundingsOf = (file: string): Surroundings => {
  const path = `${HERE}${nameOf(file)}.standing.yaml`
  return existsSync(path) ? parse(readFileSync(path, 'utf8')) : {}
}

const read = (file: string) => {
  const manifests = finish(readManifests(readFileSync(file, 'utf8'), file, schema))
  return finish(joinManifests([manifests], manifests.problems))
}

const presentIn = ({ resources, invalid }: ReturnType<typeof read>) =>
  [...resources.map(({ kind, metadata }) => ({ kind, ...metadata })), ...invalid]
    .filter(({ kind }) => ['IdentityProvider', 'OIDCClient', 'ProtectedRoute'].includes(kind))
    .map(({ kind, namespace, name }) => {
      const ref = { kind, namespace, name }
      return { ref, uid: objectKey(ref), generation: 7 }
    })
    .toSorted((a, b) => (a.uid < b.uid ? -1 : 1))

const statusesOf = async (file: string) => {
  const {
    standings = {},
    unreadable = [],
    missingRights = [],
    absentClaims = {},
    clients = {},
    requirements = [],
  } = surroundingsOf(file)
  const options = { allowInsecureIssuers: false, platform: platformOf(requirements) }
  const before = file.replace('.in.yaml', '.before.yaml')
  const previous = existsSync(before)
    ? (await compileResources(read(before), options)).lastGood
    : undefined
  const now = read(file)
  const compiler = createResourceCompiler(options)
  const compiled = await inSteps(
    compiler.steps({ ...now, invalid: [...now.invalid, ...unreadable] }, previous),
    UNHURRIED,
  )
  const input: StatusInput = {
    ...finish(createOutcomes().of(compiled, presentIn(now))),
    standingOf: ({ name }) => {
      const standing = standings[name]
      return standing === undefined ? READY : { ...UNKNOWN, ...standing }
    },
    absentClaimsOf: (client) => absentClaims[client],
    clientStandingOf: (client) => clients[client],
    missingRightsIn: () => missingRights,
  }
  return finish(desiredStatuses(input, createMemo()))
}

const show = (statuses: Awaited<ReturnType<typeof statusesOf>>): string =>
  stringify(
    statuses.map(({ ref, uid: _, generation: __, ...status }) => ({
      object: objectKey(ref),
      ...status,
    })),
    { lineWidth: 0, aliasDuplicateObjects: false },
  )

test.each(INPUTS.map((file) => [nameOf(file), file]))(
  '%s: what owners are told',
  async (name, file) => {
    await expect(show(await statusesOf(file ?? ''))).toMatchFileSnapshot(`${HERE}${name}.out.yaml`)
  },
)

/**
 * The reasons that the definition of a kind documents, by condition: what stands between a type and
 * the next.
 */
const readDocumented = (kind: string): string => {
  const plural = `${kind.toLowerCase()}s`
  const crd = parse(readFileSync(`${HERE}../../../deploy/crds/${plural}.yaml`, 'utf8'))
  const { status } = crd.spec.versions[0].schema.openAPIV3Schema.properties
  return status.properties.conditions.description
}

const DOCUMENTED = new Map(
  ['IdentityProvider', 'OIDCClient', 'ProtectedRoute'].map((kind) => [kind, readDocumented(kind)]),
)

test('every condition that is told is documented in its definition, with its reason', async () => {
  const everything = (await Promise.all(INPUTS.map(statusesOf))).flat()
  const unsynced = unsyncedStatuses(everything, () => ['Something is missing.'])
  for (const { ref, conditions } of [...everything, ...unsynced]) {
    const text = DOCUMENTED.get(ref.kind) ?? ''
    for (const { type, reason, message } of conditions) {
      expect(text).toContain(`\`${type}\``)
      expect(text).toMatch(new RegExp(`\\b${reason}\\b`))
      expect(message).toMatch(/^\S.*[.!?]$/s)
      expect(message.length).toBeLessThan(5_000)
    }
  }
})

test('each object has the conditions of its kind, each once and in their order', async () => {
  const types = {
    IdentityProvider: ['Accepted', 'ResolvedRefs', 'Ready'],
    OIDCClient: ['Accepted', 'ResolvedRefs', 'Ready'],
    ProtectedRoute: ['Accepted', 'ResolvedRefs', 'Programmed', 'Ready'],
  } as const
  const told = (await Promise.all(INPUTS.map(statusesOf))).flat()
  expect(told.length).toBeGreaterThan(20)
  for (const { ref, conditions } of told) {
    const wanted = types[ref.kind as keyof typeof types]
    const always = conditions.filter(({ type }) => type !== 'Stalled')
    expect(always.map(({ type }) => type)).toEqual(wanted)
  }
})

test('D1: Stalled is there, last and True, where nothing will mend itself, and nowhere else', async () => {
  const told = (await Promise.all(INPUTS.map(statusesOf))).flat()
  const stalled = told.filter(({ conditions }) => conditions.at(-1)?.type === 'Stalled')
  const reasonsOf = (stuck: boolean): ReadonlySet<string> =>
    new Set(
      told
        .filter((one) => stalled.includes(one) === stuck)
        .flatMap(({ conditions }) => conditions.map(({ reason }) => reason)),
    )
  const final = ['Invalid', 'HostConflict', 'RefNotPermitted', 'IssuerMismatch']
  expect([...reasonsOf(true)]).toEqual(expect.arrayContaining(final))
  expect([...reasonsOf(false)]).toEqual(
    expect.arrayContaining(['SecretNotFound', 'DiscoveryFailed', 'Pending', 'Ready']),
  )
  for (const reason of final) expect([...reasonsOf(false)]).not.toContain(reason)
  for (const { conditions } of stalled) {
    expect(conditions.at(-1)?.status).toBe('True')
    expect(conditions.filter(({ type }) => type === 'Stalled')).toHaveLength(1)
  }
})

test('while rights are missing from the start, every object that is there says so', async () => {
  const ref = { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' } as const
  const [status] = unsyncedStatuses([{ ref, uid: 'u', generation: 3 }], () => ['Grant it.'])
  expect(status).toEqual({
    ref,
    uid: 'u',
    generation: 3,
    conditions: ['Programmed', 'Ready'].map((type) => ({
      type,
      status: 'Unknown',
      reason: 'NotSynced',
      message: 'Not every resource could be read, so that nothing is in force. Grant it.',
    })),
  })
})

test('D4: an issuer with keys alone is ready for tokens, and its client is told what it lacks', async () => {
  const statuses = await statusesOf(`${HERE}discovery.in.yaml`)
  const told = (kind: string, name: string) =>
    statuses.find(({ ref }) => ref.kind === kind && ref.name === name)?.conditions
  const provider = told('IdentityProvider', 'keys-alone')
  expect(provider?.map(({ status }) => status)).toEqual(['True', 'True', 'True'])
  expect(told('OIDCClient', 'at-keys-alone')?.[1]).toMatchObject({
    status: 'False',
    reason: 'ProviderUnsuitable',
    message: expect.stringContaining('no endpoints.authorization or endpoints.token'),
  })
})
