import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCrds, specOf } from './crd.ts'
import { printDefinitions } from './definition-code.ts'
import { printReference } from './reference.ts'
import { printRules } from './rule-code.ts'
import { printSpecTypes } from './spec-types.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What is generated from deploy/crds: path in the repository → text. */
const outputs = (): ReadonlyMap<string, string> => {
  const crds = readCrds(join(root, 'deploy/crds'))
  return new Map([
    ['src/policy/resource/resource-specs.generated.ts', printSpecTypes(crds)],
    ['src/resources/schema/definitions.generated.ts', printDefinitions(crds)],
    ['src/resources/schema/rules.generated.ts', printRules(crds.map(specOf))],
    ['docs/reference/resources.md', printReference(crds)],
  ])
}

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const check = (): number => {
  const stale = [...outputs()].filter(([path, text]) => readIfThere(join(root, path)) !== text)
  for (const [path] of stale) {
    console.error(
      `${path} does not match deploy/crds: run \`make generate\` and commit what it writes.`,
    )
  }
  return stale.length === 0 ? 0 : 1
}

const write = (): number => {
  for (const [path, text] of outputs()) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return 0
}

process.exitCode = process.argv.includes('--check') ? check() : write()
