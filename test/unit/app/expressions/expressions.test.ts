import { describe, expect, it } from 'vitest'
import { createResourceCompiler } from '../../../../src/app/compile-resources.ts'
import { createExpressions } from '../../../../src/app/expressions/expressions.ts'
import { finish, inSteps, UNHURRIED } from '../../../../src/core/time/steps.ts'
import { readManifests } from '../../../../src/resources/manifest/manifests.ts'
import { createResourceSchema } from '../../../../src/resources/schema/schema.ts'
import { compileExpression } from '../../../support/compiled.ts'

const schema = createResourceSchema()

const route = (authorize: string): string => `
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: shop, namespace: shop }
spec:
  hosts: [shop.example.com]
  authenticate: [{ bearer: { providerRef: { name: sso }, audiences: [a] } }]
  authorize: [${authorize}]
---
apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: sso, namespace: shop }
spec: { issuer: "https://sso.example.com" }
`

const read = (text: string) => {
  const { objects } = finish(readManifests(text, 'shop.yaml', schema))
  const resources = objects.flatMap(({ resource }) => resource ?? [])
  return { resources, invalid: [], problems: [], locate: () => undefined }
}

const WITH = read(route('{ any: [{ scopes: [a] }, { cel: "claims.a == 1" }] }'))
const WITHOUT = read(route('{ claim: cel, exists: true }'))

const options = { allowInsecureIssuers: false }

describe('what reads expressions', () => {
  it('is loaded with the first of them, and once', async () => {
    let loads = 0
    const expressions = createExpressions(async () => {
      loads += 1
      return compileExpression
    })
    const compiler = createResourceCompiler(options, expressions)
    const compile = (now: typeof WITH) => inSteps(compiler.steps(now), UNHURRIED)
    expect((await compile(WITHOUT)).located).toEqual([])
    expect(loads).toBe(0)
    expect((await compile(WITH)).located).toEqual([])
    expect((await compile(WITH)).located).toEqual([])
    expect(loads).toBe(1)
  })

  it('reads each one that is new in a step of its own, for what it is used', async () => {
    const asked: string[] = []
    const expressions = createExpressions(async () => (written, use) => {
      asked.push(`${use} ${written}`)
      return compileExpression(written, use)
    })
    const clauses = '{ cel: "claims.a == 1" }, { any: [{ scopes: [a] }, { cel: "claims.b == 2" }] }'
    const told = read(
      route(clauses).replace(
        '---',
        '  upstream: { headers: [{ name: x-c, cel: "claims.c" }] }\n---',
      ),
    )
    const steps = expressions.prepare(told.resources)
    const perStep: number[] = []
    for (let step = steps.next(); step.done !== true; step = steps.next()) {
      await step.value
      perStep.push(asked.length)
    }
    expect(asked).toEqual(['condition claims.a == 1', 'condition claims.b == 2', 'value claims.c'])
    expect(perStep.map((count, at) => count - (perStep[at - 1] ?? 0)).every((by) => by <= 1)).toBe(
      true,
    )
    expect(finish(expressions.prepare(told.resources))).toBe(true)
    expect(asked).toHaveLength(3)
  })

  it('reads all of an edit in steps, however many there are, and none while it is compiled', async () => {
    let asked = 0
    const expressions = createExpressions(async () => (written, use) => {
      asked += 1
      return compileExpression(written, use)
    })
    const many = (of: string) => {
      const [route, provider] = WITHOUT.resources
      if (route?.kind !== 'ProtectedRoute' || provider === undefined) throw new Error('No route.')
      const routes = Array.from({ length: 100 }, (_, at) => {
        const authorize = Array.from({ length: 50 }, (__, index) => ({
          cel: `claims.${of} == ${at * 50 + index}`,
        }))
        const metadata = { ...route.metadata, name: `${of}-${at}` }
        const spec = { ...route.spec, hosts: [`${of}-${at}.example.com`], authorize }
        return { ...route, metadata, spec }
      })
      return { ...WITHOUT, resources: [...routes, provider] }
    }
    const compiler = createResourceCompiler(options, expressions)
    const most = async (now: ReturnType<typeof many>): Promise<number> => {
      let longest = 0
      let before = asked
      const steps = compiler.steps(now)
      for (let step = steps.next(); step.done !== true; step = steps.next()) {
        await step.value
        longest = Math.max(longest, asked - before)
        before = asked
      }
      return Math.max(longest, asked - before)
    }
    expect(await most(many('a'))).toBe(1)
    expect(asked).toBe(5_000)
    expect(await most(many('a'))).toBe(0)
    expect(await most(many('b'))).toBe(1)
    expect(await most(many('a'))).toBe(1)
    expect(asked).toBe(15_000)
  })

  it('those of one route that are too long together are not read at all', async () => {
    let asked = 0
    const expressions = createExpressions(async () => (written, use) => {
      asked += 1
      return compileExpression(written, use)
    })
    const compiler = createResourceCompiler(options, expressions)
    const clause = `{ cel: 'claims.a == "${'x'.repeat(2_000)}"' }`
    const clauses = Array.from({ length: 15 }, () => clause).join(', ')
    const long = read(route(`${clauses}, { any: [${clause}, ${clause}] }`))
    expect((await inSteps(compiler.steps(long), UNHURRIED)).located).toHaveLength(17)
    expect(asked).toBe(0)
  })

  it('those of one route are so long together, and no longer', async () => {
    const compiler = createResourceCompiler(options)
    const long = `claims.a == "${'x'.repeat(2_034)}"`
    const clauses = (count: number): string =>
      Array.from({ length: count }, () => `{ cel: '${long}' }`).join(', ')
    expect(long).toHaveLength(2_048)
    const all = await inSteps(compiler.steps(read(route(clauses(16)))), UNHURRIED)
    expect(all.located).toEqual([])
    const beside = `${clauses(15)}, { any: [{ cel: '${long}' }, { cel: 'claims.b' }] }`
    const more = await inSteps(compiler.steps(read(route(beside))), UNHURRIED)
    expect(more.located.map(({ message }) => message).join()).toContain(
      'The expression is among those that are longer together than the 32768 characters that all expressions here may have together',
    )
  })

  it('where it cannot be loaded, what needs it is refused, and looked at anew once it can', async () => {
    let isThere = false
    const expressions = createExpressions(async () => {
      if (!isThere) throw new Error('EMFILE')
      return compileExpression
    })
    const compiler = createResourceCompiler(options, expressions)
    const compile = (now: typeof WITH) => inSteps(compiler.steps(now), UNHURRIED)
    const refused = await compile(WITH)
    expect(refused.located.map(({ message }) => message).join()).toContain(
      'what reads expressions could not be loaded',
    )
    const found = refused.table.find({ host: 'shop.example.com', contextExtensions: {} })
    expect(found.kind).toBe('broken')
    isThere = true
    const mended = await compile(WITH)
    expect(mended.located).toEqual([])
    expect(mended.table.find({ host: 'shop.example.com', contextExtensions: {} }).kind).toBe(
      'found',
    )
  })
})
