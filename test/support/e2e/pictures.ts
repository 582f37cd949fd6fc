import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url))

/** What the documentation shows. */
const SHOWN: ReadonlySet<string> = new Set([
  'console-overview',
  'console-overview-dark',
  'console-routes',
  'console-route',
  'console-providers',
  'console-problems',
  'console-decisions',
  'console-sessions',
  'console-explanation',
  'page-choose',
  'page-consent',
  'page-expired',
  'page-forbidden',
  'page-not-confirmed',
  'page-device',
  'page-unavailable',
  'page-nothing',
  'page-sign-out',
  'page-signed-out',
])

/** With `PICTURES=1`, keeps what a window shows of a page below `docs/images/`. */
export const keepPicture = async (page: Page, name: string): Promise<void> => {
  if (process.env.PICTURES !== '1' || !SHOWN.has(name)) return
  await mkdir(IMAGES, { recursive: true })
  await page.screenshot({ path: `${IMAGES}${name}.png` })
}
