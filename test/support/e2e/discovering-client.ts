import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { installed } from '../parts/installed.ts'
import type { Stack } from '../parts/stack.ts'
import { newHttpBrowser, signInOn } from './sign-in.ts'

/** A client: the library that it is made with, and what it is registered as, if it is. */
export interface Discovering {
  readonly library: 'sdk' | 'client'
  readonly clientId?: string
  /** The revision of the protocol that it speaks; absent: what its library speaks by default. */
  readonly revision?: '2026-07-28'
}

/** What a client did, in its own words. */
export interface Discovered {
  /** Each of its requests, and what was answered: `GET /.well-known/… 200`. */
  readonly asked: readonly string[]
  /** Where it sent the person, in order. */
  readonly opened: readonly URL[]
  /** What the server behind the gateway was told, by the path and fragment that was called. */
  readonly told: Readonly<Record<string, Readonly<Record<string, string | null>>>>
  /** Why it gave up. */
  readonly failed?: string
}

type Line =
  | { readonly asked: string; readonly status: number }
  | { readonly open: string }
  | { readonly called: string; readonly told: Readonly<Record<string, string | null>> }
  | { readonly failed: string }

const CALL = 'clients/npm/call.mjs'

/**
 * Has a client of an MCP library call the tool at each of these URLs, given nothing else, as Alice:
 * she signs in where it sends her. The tool is the fragment of the URL, `told` without one.
 */
export const discover = async (
  stack: Stack,
  { library, clientId, revision }: Discovering,
  ...urls: readonly string[]
): Promise<Discovered> => {
  const script = installed(CALL, 'clients-npm')
  const child = spawn(process.execPath, [script, library, ...urls], {
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: stack.certificates.caFile,
      ...(clientId === undefined ? {} : { CLIENT_ID: clientId }),
      ...(revision === undefined ? {} : { REVISION: revision }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: dirname(script),
  })
  const ended = once(child, 'exit')
  onTestFinished(() => void child.kill())
  const browser = newHttpBrowser(stack)
  const asked: string[] = []
  const opened: URL[] = []
  const told: Record<string, Readonly<Record<string, string | null>>> = {}
  let failed: string | undefined
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line
    if ('asked' in line) asked.push(`${line.asked} ${line.status}`)
    else if ('called' in line) told[line.called] = line.told
    else if ('failed' in line) failed = line.failed
    else {
      opened.push(new URL(line.open))
      const page = await browser.open(line.open)
      if (page.text.includes('password')) await signInOn(browser, page, 'alice')
    }
  }
  await ended
  return { asked, opened, told, ...(failed === undefined ? {} : { failed }) }
}
