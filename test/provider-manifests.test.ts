import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { resourceFolder } from './support/resource-folder.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

const page = readFileSync(new URL('../docs/providers.md', import.meta.url), 'utf8')

/** Title of a section → its manifests. */
const manifests = page.split(/^## /m).flatMap((section): [string, string][] => {
  const yaml = /^```yaml\n([\s\S]*?)^```$/m.exec(section)?.[1]
  return yaml === undefined ? [] : [[section.split('\n')[0] ?? '', yaml]]
})

describe('the manifests of docs/providers.md', () => {
  test('are there for every section', () => {
    const titles = [...page.matchAll(/^## (.*)$/gm)].map((match) => match[1])
    expect(titles.length).toBeGreaterThan(19)
    expect(manifests.map(([title]) => title)).toEqual(titles)
  })

  test('are such that `sallyport validate` has nothing to say', async () => {
    // Each in a namespace and with hosts of its own, as they are one set of resources here.
    const files = manifests.map(([title, text], index): [string, string] => [
      `${index} ${title.replaceAll(/\W/g, '-')}.yaml`,
      text
        .replaceAll('namespace: shop\n', `namespace: shop-${index}\n`)
        .replaceAll(/(app|api)\.example\.com/g, `$1.shop-${index}.example.com`),
    ])
    const folder = resourceFolder(Object.fromEntries(files))
    onTestFinished(folder.remove)
    const run = promisify(execFile)(process.execPath, [MAIN, 'validate', '--strict', folder.path])
    const said = await run.catch(({ stdout, stderr }) => ({ stdout, stderr }))
    expect(said.stderr).toBe('')
    expect(said.stdout).toContain(': no problems')
  })
})
