import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string }[]
}

/**
 * What axe-core finds wrong with a page for those who read it otherwise than with their eyes, by
 * these of its rules or by all of them.
 */
export const violationsOf = async (
  page: Page,
  rules?: readonly string[],
): Promise<readonly string[]> => {
  await page.evaluate(AXE)
  const only = rules === undefined ? '' : JSON.stringify({ runOnly: rules })
  const { violations }: { readonly violations: readonly Violation[] } = await page.evaluate(
    `axe.run(${only})`,
  )
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html).join(', ')})`,
  )
}
