import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
} from 'playwright-core'
import { installed } from './installed.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What a person may have chosen. */
export type ProfileOptions = Pick<BrowserContextOptions, 'javaScriptEnabled'>

/** A real browser without a window. */
export interface RunningChromium {
  readonly browser: Browser
  /** A fresh profile: no cookies, nothing cached. Closed with the browser at the latest. */
  readonly newProfile: (options?: ProfileOptions) => Promise<BrowserContext>
  readonly stop: () => Promise<void>
}

/**
 * Names that exist nowhere else (RFC 6761 section 6.2) are on this machine, as `*.localhost` is.
 */
const RESOLVER = '--host-resolver-rules=MAP *.test 127.0.0.1'

/** Keep the browser from calling anybody but the pages under test. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Whom a browser trusts. */
interface Trust {
  /** `publicKeyHash` of the certificates that Envoy serves. */
  readonly trustedKey: string
}

const trusting = ({ trustedKey }: Trust): string =>
  `--ignore-certificate-errors-spki-list=${trustedKey}`

/** How a browser is started that trusts whom its home does, and maybe one server key more. */
export const launchOptions = (trust?: Trust): LaunchOptions => ({
  executablePath: installed('chromium/chromium', 'chromium'),
  // The sandbox needs a kernel setting that containers and root rarely have; the pages are ours.
  args: [...QUIET, RESOLVER, '--no-sandbox', ...(trust === undefined ? [] : [trusting(trust)])],
})

const WINDOW = { viewport: { width: 1000, height: 700 } } as const

/**
 * Starts Chromium. It finds `*.localhost` and `*.test` on loopback, and trusts exactly one server
 * key besides the system's authorities.
 * @throws Error if it is not installed or does not start
 */
export const startChromium = async (trust: Trust): Promise<RunningChromium> => {
  const browser = await chromium.launch(launchOptions(trust))
  return {
    browser,
    newProfile: (options = {}) => browser.newContext({ ...WINDOW, ...options }),
    stop: () => browser.close(),
  }
}

/** Of a person who lets other sites use cookies. */
const PREFERENCES = { profile: { block_third_party_cookies: false, cookie_controls_mode: 0 } }

/**
 * Starts Chromium with the profile of a person who lets other sites use cookies, as no fresh one
 * here does. Its folder goes with it.
 * @throws Error if it is not installed or does not start
 */
export const startOwnProfile = async (trust: Trust): Promise<BrowserContext> => {
  const folder = await temporaryFolder('chromium')
  await mkdir(join(folder.path, 'Default'))
  await writeFile(join(folder.path, 'Default', 'Preferences'), JSON.stringify(PREFERENCES))
  const profile = await chromium.launchPersistentContext(folder.path, {
    ...launchOptions(trust),
    ...WINDOW,
  })
  profile.once('close', () => folder.remove())
  return profile
}
