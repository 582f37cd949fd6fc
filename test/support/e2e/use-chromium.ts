import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import {
  type ProfileOptions,
  type RunningChromium,
  startChromium,
  startOwnProfile,
} from '../parts/chromium.ts'
import type { Stack } from '../parts/stack.ts'

/** A profile of Chromium per test. */
export interface Browsers {
  /** A fresh profile, closed when the test ends. */
  readonly newProfile: (options?: ProfileOptions) => Promise<BrowserContext>
  /** The same in a browser of its own, which lets other sites use cookies. */
  readonly newOwnProfile: () => Promise<BrowserContext>
  /** One tab in a fresh profile. */
  readonly newTab: () => Promise<Page>
}

/** Starts Chromium once for the tests of a file, trusting the stack's certificate. */
export const useChromium = (stack: () => Stack): Browsers => {
  let running: RunningChromium | undefined
  beforeAll(async () => {
    running = await startChromium({ trustedKey: stack().certificates.publicKeyHash })
  })
  afterAll(async () => {
    await running?.stop()
  })
  const newProfile = async (options?: ProfileOptions): Promise<BrowserContext> => {
    if (running === undefined) throw new Error('Chromium is not running.')
    const profile = await running.newProfile(options)
    onTestFinished(() => profile.close())
    return profile
  }
  const newOwnProfile = async (): Promise<BrowserContext> => {
    const profile = await startOwnProfile({ trustedKey: stack().certificates.publicKeyHash })
    onTestFinished(() => profile.close())
    return profile
  }
  return { newProfile, newOwnProfile, newTab: async () => (await newProfile()).newPage() }
}

const SCREENSHOTS = fileURLToPath(new URL('../../../.tools/screenshots/', import.meta.url))

/**
 * With `SCREENSHOTS=1`, keeps pictures of a page in light and dark below `.tools/screenshots/`, for
 * the documentation.
 */
export const keepPictures = async (page: Page, name: string): Promise<void> => {
  if (process.env.SCREENSHOTS !== '1') return
  await mkdir(SCREENSHOTS, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `${SCREENSHOTS}${name}-${colorScheme}.png` })
  }
}
