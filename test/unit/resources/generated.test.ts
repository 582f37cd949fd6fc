import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCrds } from '../../../tools/generate/crd.ts'
import { printReference } from '../../../tools/generate/reference.ts'
import { printSpecTypes } from '../../../tools/generate/spec-types.ts'

const ROOT = new URL('../../../', import.meta.url)
const crds = readCrds(fileURLToPath(new URL('deploy/crds/', ROOT)))
const textOf = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

describe('what is generated from the definitions', () => {
  it('is what is committed; if not, run `node tools/generate/resources.ts`', () => {
    expect(printSpecTypes(crds)).toBe(textOf('src/policy/resource/resource-specs.generated.ts'))
    expect(printReference(crds)).toBe(textOf('docs/reference/resources.md'))
  })

  it('makes a field with a default required, and one without optional', () => {
    const types = printSpecTypes(crds)
    expect(types).toContain('readonly clockSkew: string')
    expect(types).toContain('readonly clientRef?: ProtectedRouteClientRef')
    expect(types).toContain('readonly hosts: readonly string[]')
  })

  it('documents each kind, each field and each rule', () => {
    const page = printReference(crds)
    for (const words of ['## IdentityProvider', '| `rules[].match[].path.prefix` |', '60s']) {
      expect(page).toContain(words)
    }
    expect(page).toContain('scopes must contain openid')
  })
})
