import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import type { HttpBrowser, Page } from '../parts/http-browser.ts'
import { installed } from '../parts/installed.ts'
import type { Stack } from '../parts/stack.ts'
import { agreeOn, asksForConsent } from './agree.ts'
import { LIBRARIES, type Library } from './discovering-libraries.ts'
import { newHttpBrowser, signInOn } from './sign-in.ts'

/** Signs Alice in on a page of a provider. */
export type SignIn = (browser: HttpBrowser, page: Page) => Promise<unknown>

/** A client: the library that it is made with, and what it is registered as, if it is. */
export interface Discovering {
  readonly library: Library
  readonly clientId?: string
  /** The URL of its document, which is its client id where such are taken. */
  readonly documentUrl?: string
  /** What it says of itself where it registers, besides what it has to. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** What it has the provider hand back; absent: nothing, as the libraries are by themselves. */
  readonly state?: string
  /** The revision of the protocol that it speaks; absent: what its library speaks by default. */
  readonly revision?: '2026-07-28'
  /** Absent: as at `oidc-provider`. */
  readonly signIn?: SignIn
}

/** What the server behind the gateway was told with a call. */
export type Told = Readonly<Record<string, string | null>>

/** A client of an MCP library that runs, and what it does, in its own words. */
export interface RunningClient {
  /**
   * Calls the tool at a URL, of which it was told nothing else, and answers with what the server was
   * told. The tool is the fragment of the URL, `told` without one. Alice agrees where she
   * is asked, and signs in where it sends her.
   * @throws Error with why it gave up
   */
  readonly call: (url: string) => Promise<Told>
  /** Has the server send a message on the stream of the client, and waits until that has it. */
  readonly hear: (url: string) => Promise<void>
  /** Each of its requests, and what was answered: `GET /.well-known/… 200`. */
  readonly asked: () => readonly string[]
  /** Where it sent the person, in order. */
  readonly opened: () => readonly URL[]
}

/** What a client did, in its own words. */
export interface Discovered {
  readonly asked: readonly string[]
  readonly opened: readonly URL[]
  /** What the server behind the gateway was told, by the path and fragment that was called. */
  readonly told: Readonly<Record<string, Told>>
  /** Why it gave up. */
  readonly failed?: string
}

type Line =
  | { readonly asked: string; readonly status: number }
  | { readonly open: string }
  | { readonly called: string; readonly told: Told }
  | { readonly heard: string }
  | { readonly failed: string }

type Done = Extract<Line, { readonly called: string } | { heard: string }>

/** Of what a client says besides, so much is part of the reason why it gave up. */
const MAX_SAID = 8_192

const start = (stack: Stack, client: Discovering): ChildProcess => {
  const { library, clientId, documentUrl, metadata, state, revision } = client
  const { part, script, args } = LIBRARIES[library]
  const file = installed(`clients/${script}`, part)
  const child = spawn(part === 'clients-npm' ? process.execPath : 'python3', [file, ...args], {
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: stack.certificates.caFile,
      SSL_CERT_FILE: stack.certificates.caFile,
      PYTHONPATH: file.replace(/\.py$/, ''),
      ...(clientId === undefined ? {} : { CLIENT_ID: clientId }),
      ...(documentUrl === undefined ? {} : { CLIENT_DOCUMENT: documentUrl }),
      ...(metadata === undefined ? {} : { CLIENT_METADATA: JSON.stringify(metadata) }),
      ...(state === undefined ? {} : { STATE: state }),
      ...(revision === undefined ? {} : { REVISION: revision }),
    },
    stdio: 'pipe',
    cwd: dirname(file),
  })
  return child
}

const signInAtOidcProvider: SignIn = (browser, page) => signInOn(browser, page, 'alice')

/** Where a question of the gateway leads whoever agrees; any other page as it is. */
const agreed = async (browser: HttpBrowser, page: Page): Promise<Page> =>
  asksForConsent(page) ? agreeOn(browser, page) : page

/** Starts a client; it ends with the test. */
export const startClient = (stack: Stack, client: Discovering): RunningClient => {
  const child = start(stack, client)
  const browser = newHttpBrowser(stack)
  // After the browser's, and so done before it: what a client answers no more holds nothing up.
  onTestFinished(() => void child.kill())
  const { signIn = signInAtOidcProvider } = client
  const asked: string[] = []
  const opened: URL[] = []
  const watchers = new Set<() => void>()
  const done: Done[] = []
  let said = ''
  let gaveUp: Error | undefined
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_SAID)
  })

  const read = async (line: Line): Promise<void> => {
    if ('asked' in line) asked.push(`${line.asked} ${line.status}`)
    else if ('failed' in line) gaveUp ??= new Error(`${line.failed}\n${said}`)
    else if ('open' in line) {
      opened.push(new URL(line.open))
      const page = await agreed(browser, await browser.open(line.open))
      if (page.text.includes('<form')) await signIn(browser, page)
    } else done.push(line)
  }
  const readAll = async (): Promise<void> => {
    if (child.stdout === null) return
    for await (const text of createInterface({ input: child.stdout })) {
      await read(JSON.parse(text) as Line)
      for (const look of watchers) look()
    }
  }
  const end = (error: unknown): void => {
    gaveUp ??= error instanceof Error ? error : new Error(`${client.library} ended.\n${said}`)
    for (const look of watchers) look()
  }
  void readAll().then(end, end)
  void once(child, 'error').then(([error]) => end(error))

  /** What a look finds, now or after one of the lines that follow. */
  const found = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const again = (): void => {
        const value = look()
        if (value !== undefined) resolve(value)
        else if (gaveUp !== undefined) reject(gaveUp)
        else return
        watchers.delete(again)
      }
      watchers.add(again)
      again()
    })
  const tell = (what: string): Promise<Done> => {
    child.stdin?.write(`${what}\n`)
    return found(() => done.shift())
  }
  return {
    call: async (url) => {
      const line = await tell(`call ${url}`)
      return 'told' in line ? line.told : {}
    },
    hear: async (url) => void (await tell(`announce ${url}`)),
    asked: () => asked,
    opened: () => opened,
  }
}

/** Has a client call the tool at each of these URLs, one after the other, until it gives up. */
export const discover = async (
  stack: Stack,
  client: Discovering,
  ...urls: readonly string[]
): Promise<Discovered> => {
  const { call, asked, opened } = startClient(stack, client)
  const told: Record<string, Told> = {}
  try {
    for (const url of urls) {
      const { pathname, hash } = new URL(url)
      told[pathname + hash] = await call(url)
    }
  } catch (error) {
    return { asked: asked(), opened: opened(), told, failed: String(error) }
  }
  return { asked: asked(), opened: opened(), told }
}
