import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  areRelated,
  type CorpusEntry,
  corpusEntries,
  leftRulesUnchecked,
  namedFields,
  ruleSentences,
  sentencesSaid,
} from '../support/api-server-corpus.ts'
import { type RunningKubeApiserver, startKubeApiserver } from '../support/parts/kube-apiserver.ts'
import {
  collectionPath,
  type KubernetesAnswer,
  type KubernetesObject,
  objectPath,
} from '../support/parts/kubernetes-client.ts'
import {
  conditionsOf,
  installSallyportCrds,
  sallyportCrds,
} from '../support/parts/sallyport-crds.ts'
import { createServiceAccount } from '../support/parts/service-account.ts'

let cluster: RunningKubeApiserver

const GROUP = '/apis/sallyport.dev/v1alpha1'
const apiVersion = 'sallyport.dev/v1alpha1'

const aNamespace = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
})

const good = corpusEntries('good')
const bad = corpusEntries('bad')

beforeAll(async () => {
  cluster = await startKubeApiserver()
  await installSallyportCrds(cluster.admin)
  for (const name of ['shop', 'platform']) await cluster.admin.apply(aNamespace(name))
})

afterAll(() => cluster.stop())

/** Creates an object as it is written, whatever it lacks, without storing it. */
const dryRun = (value: unknown, fieldValidation = 'Strict'): Promise<KubernetesAnswer> => {
  const { apiVersion: version, kind, metadata } = Object(value)
  const path = collectionPath(version, kind, metadata?.namespace ?? 'default')
  const query = `dryRun=All&fieldValidation=${fieldValidation}`
  return cluster.admin.call('POST', `${path}?${query}`, { body: value })
}

describe('the definitions', () => {
  it('are accepted and established, with structural schemas and all their names', async () => {
    for (const crd of sallyportCrds()) {
      const { body } = await cluster.admin.get(crd)
      const states = conditionsOf(body.status).map(({ type, status }) => [type, status])
      expect(states, crd.metadata.name).toEqual([
        ['NamesAccepted', 'True'],
        ['Established', 'True'],
      ])
    }
  })

  it('are served with their short names, the category sallyport and the subresource status', async () => {
    const { body } = await cluster.admin.call('GET', GROUP)
    const resources = Object(body).resources as readonly Record<string, unknown>[]
    const served = resources.map(({ name, shortNames, categories }) => ({
      name,
      shortNames,
      categories,
    }))
    const kind = (name: string, shortName: string) => [
      { name, shortNames: [shortName], categories: ['sallyport'] },
      { name: `${name}/status`, shortNames: undefined, categories: undefined },
    ]
    expect(served.toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1))).toEqual([
      ...kind('identityproviders', 'idp'),
      ...kind('oidcclients', 'oidcc'),
      ...kind('protectedroutes', 'proute'),
    ])
  })
})

describe('good manifests', () => {
  it.each(good)('$title is accepted, with the defaults that our reader fills in', async (entry) => {
    const { statusCode, body } = await dryRun(entry.value)
    expect(body.message).toBeUndefined()
    expect(statusCode).toBe(201)
    expect(body.spec).toEqual(entry.spec)
  })
})

/**
 * Not even sent: a call goes to the path of one kind, so that these questions do not come up at an
 * API server.
 */
const NEVER_SENT = { file: 'bad/kinds.yaml', count: 7 }

/**
 * Refused as well, but in a way that names no field: before the schema is looked at, or for another
 * reason.
 */
const REFUSED_IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  'bad/metadata.yaml Key_Cloak':
    'the namespace is part of the path, and there is none of that name',
  'bad/metadata.yaml #2': 'an object without metadata is told that its name is missing',
  'bad/metadata.yaml labels': 'labels and annotations fail to decode as maps of strings',
  'bad/metadata.yaml time': 'the timestamp fails to decode',
  'bad/metadata.yaml version': 'the version is part of the path, and is not served',
  'bad/metadata.yaml secret': 'a Secret fails to decode at the first value that is not base64',
  'bad/metadata.yaml config-map':
    'a ConfigMap fails to decode at the first value that is no string',
}

const isSent = ({ file }: CorpusEntry): boolean => file !== NEVER_SENT.file
const isInOtherWords = ({ title }: CorpusEntry): boolean =>
  Object.hasOwn(REFUSED_IN_OTHER_WORDS, title)

const compared = bad.filter((entry) => isSent(entry) && !isInOtherWords(entry))
const inOtherWords = bad.filter(isInOtherWords)
const sentences: ReadonlySet<string> = new Set(sallyportCrds().flatMap(ruleSentences))

describe('bad manifests', () => {
  it('are compared, except for those that differ by nature', () => {
    expect(bad.filter((entry) => !isSent(entry))).toHaveLength(NEVER_SENT.count)
    expect(inOtherWords.map(({ title }) => title)).toEqual(Object.keys(REFUSED_IN_OTHER_WORDS))
    expect(compared.length).toBeGreaterThanOrEqual(50)
  })

  it.each(inOtherWords)('$title is refused', async ({ value }) => {
    const { statusCode } = await dryRun(value)
    expect([400, 404, 422]).toContain(statusCode)
  })

  it.each(compared)('$title is refused for a field that our reader names', async (entry) => {
    const answer = await dryRun(entry.value)
    expect([400, 422]).toContain(answer.statusCode)
    const ours = new Set(entry.problems.map(({ field }) => field))
    expect(namedFields(answer).filter((field) => ours.has(field))).not.toEqual([])
  })

  it.each(compared)(
    '$title: both name the same fields, as far as the API server looks',
    async (entry) => {
      // Unknown fields stop a strict request at once; the second one shows what else there is.
      const [strict, lenient] = [await dryRun(entry.value), await dryRun(entry.value, 'Ignore')]
      const theirs = [...namedFields(strict), ...namedFields(lenient)]
      const ours = entry.problems.map(({ field }) => field)
      const onlyTheirs = theirs.filter((field) => !ours.some((it) => areRelated(it, field)))
      const onlyOurs = entry.problems
        .filter(({ field }) => !theirs.some((it) => areRelated(it, field)))
        .filter(({ message }) => !(sentences.has(message) && leftRulesUnchecked(lenient)))
      expect({ onlyTheirs, onlyOurs }).toEqual({ onlyTheirs: [], onlyOurs: [] })
    },
  )

  it('are told the sentences of the definitions, each about the field that our reader names', async () => {
    const said = new Set<string>()
    for (const { title, value, problems } of compared) {
      const theirs = sentencesSaid(await dryRun(value), sentences)
      for (const { message } of theirs) said.add(message)
      expect(problems, title).toEqual(
        expect.arrayContaining(theirs.map((it) => expect.objectContaining(it))),
      )
    }
    expect([...sentences].filter((it) => !said.has(it))).toEqual([])
  })

  it('pass the API server, but not our reader, when a value of a claim is null', async () => {
    // No structural schema can refuse a null among values of any type.
    const spec = { hosts: ['shop.example.com'], clientRef: { name: 'shop' } }
    const authorize = [{ claim: 'groups', anyOf: [null] }]
    const metadata = { name: 'null-as-value' }
    const value = { apiVersion, kind: 'ProtectedRoute', metadata, spec: { ...spec, authorize } }
    expect((await dryRun(value)).statusCode).toBe(201)
  })
})

const aProvider = (name: string): KubernetesObject => ({
  apiVersion,
  kind: 'IdentityProvider',
  metadata: { name, namespace: 'shop' },
  spec: { issuer: 'https://sso.example.com' },
})

const aCondition = (type: string, status: string) => ({
  type,
  status,
  lastTransitionTime: '2026-01-31T12:00:00Z',
  reason: 'Tested',
  message: 'A test says so.',
})

const withStatus = ({ spec: _, ...object }: KubernetesObject, conditions: readonly unknown[]) => ({
  ...object,
  apiVersion,
  kind: 'IdentityProvider',
  metadata: object.metadata,
  status: { conditions },
})

describe('the status', () => {
  const conditionStates = ({ body }: KubernetesAnswer) =>
    conditionsOf(body.status).map(({ type, status }) => [type, status])

  it('is dropped where the rest is written, and leaves the generation alone where it is written', async () => {
    const provider = aProvider('generation')
    const conditions = [aCondition('Ready', 'True')]
    const created = await cluster.admin.create({ ...provider, status: { conditions } })
    expect([created.statusCode, created.body.status]).toEqual([201, { observedGeneration: -1 }])

    const subresource = { subresource: 'status' } as const
    const written = await cluster.admin.apply(withStatus(provider, conditions), subresource)
    expect(written.statusCode).toBe(200)
    expect(conditionStates(written)).toEqual([['Ready', 'True']])
    expect(written.body.metadata?.generation).toBe(1)
    expect(written.body.spec).toEqual(created.body.spec)

    const spec = { issuer: 'https://other.example.com' }
    const edited = await cluster.admin.apply({ ...provider, spec })
    expect(edited.body.metadata?.generation).toBe(2)
    expect(conditionStates(edited)).toEqual([['Ready', 'True']])
  })

  it('holds its conditions as a map by type: each writer has its own, none is there twice', async () => {
    const provider = aProvider('conditions')
    await cluster.admin.create(provider)
    const write = (fieldManager: string, ...conditions: readonly unknown[]) =>
      cluster.admin.apply(withStatus(provider, conditions), { subresource: 'status', fieldManager })

    await write('one', aCondition('Ready', 'True'))
    await write('two', aCondition('Reachable', 'True'))
    const changed = await write('one', aCondition('Ready', 'False'))
    expect(conditionStates(changed)).toEqual([
      ['Ready', 'False'],
      ['Reachable', 'True'],
    ])
    const status = { conditions: [aCondition('Ready', 'True'), aCondition('Ready', 'False')] }
    const { body } = await cluster.admin.get(provider)
    const twice = await cluster.admin.call('PUT', `${objectPath(provider)}/status`, {
      body: { ...body, status },
    })
    expect(twice.statusCode).toBe(422)
    expect(namedFields(twice)).toEqual(['status.conditions[1]'])
  })
})

describe('what people see', () => {
  const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io'

  it.each([
    ['identityproviders', ['Name', 'Issuer', 'Ready', 'Reason', 'Age', 'Keys', 'Message']],
    ['oidcclients', ['Name', 'Client ID', 'Provider', 'Ready', 'Reason', 'Age', 'Message']],
    [
      'protectedroutes',
      ['Name', 'Hosts', 'Client', 'Programmed', 'Reason', 'Last Check', 'Age', 'Message'],
    ],
  ])('%s are printed with their columns', async (plural, columns) => {
    const { body } = await cluster.admin.call('GET', `${GROUP}/${plural}`, { accept: asTable })
    const definitions = Object(body).columnDefinitions as readonly { readonly name: string }[]
    expect(definitions.map(({ name }) => name)).toEqual(columns)
  })

  it('the category lists all three kinds, with what their conditions say', async () => {
    const provider = aProvider('glance')
    await cluster.admin.create(provider)
    const conditions = [{ ...aCondition('Ready', 'False'), reason: 'Unreachable' }]
    await cluster.admin.apply(withStatus(provider, conditions), { subresource: 'status' })
    for (const { value } of good.filter(({ file }) => file === 'good/smallest.yaml')) {
      await cluster.admin.create(value as KubernetesObject)
    }
    const table = await cluster.kubectl('get', 'sallyport', '--all-namespaces')
    expect(table).toMatch(/identityprovider\.sallyport\.dev\/glance +\S+ +False +Unreachable/)
    expect(table).toContain('oidcclient.sallyport.dev/shop')
    expect(table).toMatch(/protectedroute\.sallyport\.dev\/shop .*shop\.example\.com/)
  })

  it('kubectl explain reads like documentation', async () => {
    const text = (await cluster.kubectl('explain', 'protectedroute.spec.rules')).replace(
      /\s+/g,
      ' ',
    )
    expect(text).toContain('Exceptions for some requests, tried in order')
    expect(text).toContain('match <[]Object> -required- Which requests; one member that matches')
    expect(text).toContain('enum: Auto, Login, Challenge')
  })
})

describe('the API server of the tests', () => {
  it('gives a service account the rights it was given, and no others', async () => {
    const rules = [
      { apiGroups: ['sallyport.dev'], resources: ['identityproviders'], verbs: ['list'] },
    ]
    const account = { namespace: 'shop', name: 'reader', rules }
    const reader = cluster.clientFor(await createServiceAccount(cluster.admin, account))
    const listed = async (kind: string, namespace: string) =>
      (await reader.list(apiVersion, kind, namespace)).statusCode
    expect(await listed('IdentityProvider', 'shop')).toBe(200)
    expect(await listed('IdentityProvider', 'platform')).toBe(403)
    expect(await listed('OIDCClient', 'shop')).toBe(403)
    await reader.close()
  })

  it('keeps what was stored when it restarts', async () => {
    const provider = aProvider('restart')
    await cluster.admin.create(provider)
    await cluster.restart()
    expect((await cluster.admin.get(provider)).statusCode).toBe(200)
    expect((await cluster.admin.delete(provider)).statusCode).toBe(200)
    expect((await cluster.admin.get(provider)).statusCode).toBe(404)
  })
})
