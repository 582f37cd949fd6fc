import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { sallyport, sallyportIn } from '../../unit/cli/run.ts'
import { followed } from './followed.ts'

const HERE = new URL('./', import.meta.url).pathname

const inputs = globSync('*/*.in.*', { cwd: HERE }).toSorted()

const migrated = (input: string) => {
  const [product = ''] = input.split('/')
  return sallyport('migrate', product, `${HERE}${input}`, '--verbose')
}

const base = (input: string): string => `${HERE}${input.replace(/\.in\.[a-z]+$/, '')}`

describe.each(inputs)('%s', (input) => {
  it('becomes these manifests, and these notes', async () => {
    const { code, out, err } = await migrated(input)
    await expect(out).toMatchFileSnapshot(`${base(input)}.out.yaml`)
    await expect(err).toMatchFileSnapshot(`${base(input)}.notes.txt`)
    expect(code).toBe(/^sallyport: /m.test(err) ? 1 : 0)
  })

  it('is valid, unless its comments say that it is incomplete', async () => {
    const { out } = await migrated(input)
    const { code } = await sallyportIn({ stdin: out }, 'validate', '--skip-references', '-')
    expect(code).toBe(out.includes('# INCOMPLETE') ? 1 : 0)
  })

  it('is valid once somebody has done what its comments say', async () => {
    const { out } = await migrated(input)
    const stdin = followed(out)
    const { code, out: found } = await sallyportIn({ stdin }, 'validate', '--skip-references', '-')
    expect({ code, found }).toEqual({ code: 0, found: expect.stringContaining('no problems') })
  })

  it('holds no secret of the input', async () => {
    const { out, err } = await migrated(input)
    expect(`${out}${err}`).not.toMatch(/very-secret|cookie-secret-|redis-password-\d/)
  })

  it('closes each route of which something was lost that restricted it', async () => {
    const { out } = await migrated(input)
    const routes = out.split(/^---$/m).filter((one) => one.includes('kind: ProtectedRoute'))
    for (const text of routes) {
      const [route] = parseAllDocuments(text).map((one) => one.toJS())
      const clauses = [route.spec, ...(route.spec.rules ?? [])].flatMap(
        (one) => one.authorize ?? [],
      )
      const isClosed = clauses.some(({ cel }) => String(cel).endsWith('\nfalse'))
      expect(isClosed).toBe(text.includes('# CLOSED'))
    }
  })
})
