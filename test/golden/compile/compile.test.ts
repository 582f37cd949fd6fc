import { existsSync, globSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Policy } from '../../../src/core/policy/policy.ts'
import type { Client } from '../../../src/core/registration/client.ts'
import type { Provider } from '../../../src/core/registration/provider.ts'
import { finish } from '../../../src/core/time/steps.ts'
import { type Compilation, type CompileInput, compile } from '../../../src/policy/compile.ts'
import { objectKey, type Problem } from '../../../src/policy/resource/resource.ts'
import { readManifests } from '../../../src/resources/manifest/manifests.ts'
import { formatField } from '../../../src/resources/schema/field-path.ts'
import { createResourceSchema } from '../../../src/resources/schema/schema.ts'
import { compileExpression, sha256 } from '../../support/compiled.ts'

const HERE = new URL('./', import.meta.url).pathname

const schema = createResourceSchema()

const compileFile = (file: string, previous?: CompileInput['previous']): Compilation => {
  const { objects } = finish(readManifests(readFileSync(HERE + file, 'utf8'), file, schema))
  return compile({
    resources: objects.flatMap(({ resource }) => resource ?? []),
    invalid: objects.flatMap(({ ref, resource }) => (resource === undefined ? [ref] : [])),
    hash: sha256,
    expressions: () => compileExpression,
    options: { allowInsecureIssuers: false },
    ...(previous === undefined ? {} : { previous }),
  })
}

/** Plain data for a file: sets as lists, a pattern by its text, secrets and hashes left out. */
const plain = (name: string, value: unknown): unknown => {
  if (value instanceof Set) return [...value]
  if (name === 'secret' || name === 'privateKeyPem') return '(not shown)'
  return name === 'generation' ? undefined : value
}

const named = ({ name }: Provider | Client): string => name

const showPolicy = (policy: Policy) => {
  const shown = JSON.parse(
    JSON.stringify(policy, (name, value: unknown) =>
      name === 'clients' || name === 'provider'
        ? [value]
            .flat()
            .map((one) => named(one as Provider | Client))
            .join(', ')
        : plain(name, value),
    ),
  )
  return shown as unknown
}

const showProblem = ({ object, field, reason, message }: Problem) => ({
  object: objectKey(object),
  field: formatField(field),
  reason,
  message,
})

const policiesOf = ({ routes, table }: Compilation): readonly Policy[] =>
  routes.flatMap(({ hosts }) => {
    const host = hosts.find(({ state }) => state === 'Programmed')?.host.replace('*', 'any')
    if (host === undefined) return []
    const found = table.find({ host, contextExtensions: {} })
    return found.kind === 'found' ? [found.policy] : []
  })

const SMALLEST = 'smallest.in.yaml'

/** Plain data of a compilation, by the part. */
const dataOf = (compilation: Compilation) => {
  const { problems, routes, providers, clients } = compilation
  const withoutProvider = clients.map((client) => ({ ...client, provider: named(client.provider) }))
  const all = {
    problems: problems.map(showProblem),
    routes,
    policies: policiesOf(compilation).map(showPolicy),
    clients: withoutProvider,
    providers,
  }
  return JSON.parse(JSON.stringify(all, plain)) as Record<keyof typeof all, readonly object[]>
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is other than in a default, whose fields that are missing here are shown as such. */
const differing = (value: unknown, usual: unknown): unknown => {
  if (!isGroup(value) || !isGroup(usual)) return value
  const names = [...new Set([...Object.keys(value), ...Object.keys(usual)])]
  return Object.fromEntries(
    names.flatMap((name) => {
      if (!(name in value)) return [[name, '(not set)']]
      if (name === 'name' || !(name in usual)) return [[name, value[name]]]
      const other = differing(value[name], usual[name])
      return isDeepStrictEqual(value[name], usual[name]) ? [] : [[name, other]]
    }),
  )
}

const usual = dataOf(compileFile(SMALLEST))

/** Clients, providers and policies but for what they have in common with the smallest set. */
const show = (file: string, compilation: Compilation): string => {
  const data = dataOf(compilation)
  const briefly = (part: 'clients' | 'providers' | 'policies') =>
    file === SMALLEST ? data[part] : data[part].map((one) => differing(one, usual[part][0]))
  const shown = {
    ...data,
    policies: briefly('policies'),
    clients: briefly('clients'),
    providers: briefly('providers'),
  }
  return stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false })
}

test.each(globSync('*.in.yaml', { cwd: HERE }).sort())('%s compiles as recorded', async (file) => {
  const before = file.replace('.in.yaml', '.before.yaml')
  const previous = existsSync(HERE + before) ? compileFile(before).lastGood : undefined
  const text = show(file, compileFile(file, previous))
  await expect(text).toMatchFileSnapshot(HERE + file.replace('.in.yaml', '.out.yaml'))
})
