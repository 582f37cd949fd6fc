import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type BrowserContext, chromium } from 'playwright-core'
import { launchOptions } from './parts/chromium.ts'
import { installed } from './parts/installed.ts'

const run = promisify(execFile)

/**
 * What makes Chromium bind sessions on a machine without a chip for keys: neither feature does
 * without the other.
 */
const BINDING =
  '--enable-features=DeviceBoundSessions,EnableBoundSessionCredentialsSoftwareKeysForManualTesting'

/** A home whose browsers trust one more authority, as an organisation sets its machines up. */
export interface TrustingHome {
  readonly path: string
}

/**
 * Makes one in an empty folder. A certificate that is merely not complained about is not enough:
 * a browser binds sessions of servers that it trusts, and says nothing where it does not.
 * @throws Error if the tools of NSS are not installed
 */
export const makeTrustingHome = async (path: string, caFile: string): Promise<TrustingHome> => {
  const certutil = installed('chromium/certutil', 'chromium')
  const store = `${path}/.pki/nssdb`
  await mkdir(store, { recursive: true })
  const at = ['-d', `sql:${store}`]
  await run(certutil, [...at, '-N', '--empty-password'])
  await run(certutil, [...at, '-A', '-t', 'C,,', '-n', 'authority', '-i', caFile])
  return { path }
}

/** Which browser is started in a home. */
export interface DeviceChromiumOptions {
  /** Of its profile, which outlives it. */
  readonly profile: string
  /** `false`: it binds no sessions, as every Chromium on Linux without being told to. */
  readonly binds?: boolean
}

/** Starts Chromium with a profile of its own in a home. */
export const startDeviceChromium = (
  home: TrustingHome,
  { profile, binds = true }: DeviceChromiumOptions,
): Promise<BrowserContext> => {
  const { args = [], ...options } = launchOptions()
  return chromium.launchPersistentContext(`${home.path}/${profile}`, {
    ...options,
    args: binds ? [...args, BINDING] : args,
    env: { ...process.env, HOME: home.path },
  })
}
