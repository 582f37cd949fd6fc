import { describe, expect, it } from 'vitest'
import { inheritedCors } from '../../../../../src/policy/compile/applications/cors.ts'
import { createFindings } from '../../../../../src/policy/compile/object/findings.ts'
import type { ProtectedRoute } from '../../../../../src/policy/resource/resource.ts'
import { formatField } from '../../../../../src/resources/schema/field-path.ts'

type Written = NonNullable<ProtectedRoute['spec']['cors']>

/** With every default of the schema. */
const written = (changes: Partial<Written>): Written => ({
  allowOrigins: [],
  allowHeaders: [],
  exposeHeaders: [],
  allowCredentials: false,
  maxAge: '10m',
  ...changes,
})

const read = (changes: Partial<Written>) => {
  const findings = createFindings()
  const { cors } = inheritedCors(written(changes), {}, ['spec', 'cors'], findings)
  const told = findings.list().map(({ field, message }) => [formatField(field), message])
  return { cors, told }
}

const toldOf = (...allowOrigins: readonly string[]) => read({ allowOrigins }).told

describe('the origins of `cors`', () => {
  it('are kept as browsers write them', () => {
    const allowOrigins = ['https://app.example.com', 'https://localhost:5173']
    const { cors, told } = read({ allowOrigins })
    expect(told).toEqual([])
    expect(cors).toMatchObject({ anyOrigin: false, domains: [], origins: new Set(allowOrigins) })
  })

  it.each([
    ['https://*.example.com', '.example.com', ''],
    ['https://*.example.com:8443', '.example.com', ':8443'],
    ['https://*.a.example.co.uk', '.a.example.co.uk', ''],
    ['https://*.me.github.io', '.me.github.io', ''],
  ])('may be all below a domain that somebody owns: %s', (one, suffix, port) => {
    const { cors, told } = read({ allowOrigins: [one], allowCredentials: true })
    expect(told).toEqual([])
    expect(cors).toMatchObject({ origins: new Set(), domains: [{ suffix, port }] })
  })

  it.each([
    ...['https://*.com', 'https://*.co.uk', 'https://*.com:8443', 'https://*.localhost'],
    ...['https://*.github.io', 'https://*.s3.amazonaws.com', 'https://*.10.0.0.1'],
  ])('R7: are never all below a public suffix, nor an address: %s', (one) => {
    for (const allowCredentials of [true, false]) {
      const { cors, told } = read({
        allowOrigins: ['https://a.example.com', one],
        allowCredentials,
      })
      expect(told).toEqual([
        [
          'spec.cors.allowOrigins[1]',
          `The origin "${one}" stands for everybody who has a name there: list the origins`,
        ],
      ])
      expect(cors?.domains).toEqual([])
    }
  })

  it('have a port only where browsers write one, and none that does not exist', () => {
    expect(toldOf('https://a.example.com:443', 'https://*.example.com:443')).toEqual([
      ['spec.cors.allowOrigins[0]', expect.stringContaining('leave out `:443`')],
      ['spec.cors.allowOrigins[1]', expect.stringContaining('leave out `:443`')],
    ])
    expect(toldOf('https://a.example.com:65536', 'https://a.example.com:65535')).toEqual([
      ['spec.cors.allowOrigins[0]', expect.stringContaining('has a port above 65535')],
    ])
  })

  it('R7: are not everybody together with credentials', () => {
    const { told } = read({ allowOrigins: ['*'], allowCredentials: true })
    expect(told).toEqual([
      ['spec.cors.allowOrigins', expect.stringContaining('would let every page read')],
    ])
    expect(read({ allowOrigins: ['*'] })).toMatchObject({ told: [], cors: { anyOrigin: true } })
  })
})

describe('`cors` of a rule', () => {
  const inherited = read({ allowOrigins: ['https://a.example.com'] })

  it('is that of the route where it says nothing, and off with an empty list', () => {
    const { cors } = inherited
    const from = cors === undefined ? {} : { cors }
    const take = (one: Written | undefined) => inheritedCors(one, from, [], createFindings())
    expect(take(undefined).cors).toBe(cors)
    expect(take(written({}))).toEqual({})
    expect(inheritedCors(undefined, {}, [], createFindings())).toEqual({})
  })

  it('names methods only where it lists some, and has its time in whole seconds', () => {
    expect(inherited.cors).not.toHaveProperty('methods')
    expect(inherited.cors?.maxAgeSeconds).toBe(600)
    const own = read({ allowOrigins: ['*'], allowMethods: ['PUT'], maxAge: '1500ms' })
    expect(own.cors).toMatchObject({ methods: ['PUT'], maxAgeSeconds: 1 })
    expect(read({ allowOrigins: ['*'], maxAge: '25h' }).told).toEqual([
      ['spec.cors.maxAge', expect.any(String)],
    ])
  })
})
