import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
} from 'playwright-core'
import { installed } from './installed.ts'

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

/**
 * Starts Chromium. It finds `*.localhost` and `*.test` on loopback, and trusts exactly one server
 * key besides the system's authorities.
 * @throws Error if it is not installed or does not start
 */
export const startChromium = async (options: {
  /** `publicKeyHash` of the certificates that Envoy serves. */
  readonly trustedKey: string
}): Promise<RunningChromium> => {
  const browser = await chromium.launch({
    executablePath: installed('chromium/chromium', 'chromium'),
    // The sandbox needs a kernel setting that containers and root rarely have; the pages are ours.
    args: [
      ...QUIET,
      RESOLVER,
      '--no-sandbox',
      `--ignore-certificate-errors-spki-list=${options.trustedKey}`,
    ],
  })
  return {
    browser,
    newProfile: (options = {}) =>
      browser.newContext({ viewport: { width: 1000, height: 700 }, ...options }),
    stop: () => browser.close(),
  }
}
