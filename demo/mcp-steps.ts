import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { createHttpBrowser, type HttpBrowser } from '../test/support/parts/http-browser.ts'
import { installed } from '../test/support/parts/installed.ts'
import type { Stack } from '../test/support/parts/stack.ts'
import { MCP_HOST } from './set-up.ts'
import { expect, type Step, signIn } from './step.ts'

const CLIENT = 'clients/npm/call.mjs'

/** What a client prints: each request, where the person has to go, and what came of the call. */
interface Line {
  readonly asked?: string
  readonly open?: string
  readonly told?: { readonly caller: string | null }
  readonly failed?: string
}

/** Opens what the client wants opened, as a person who has nothing but a browser. */
const goTo = async (address: string, caPem: string): Promise<void> => {
  const browser = createHttpBrowser({ caPem })
  try {
    await signIn(browser, await browser.open(address), 'alice')
  } finally {
    await browser.close()
  }
}

/** Has a client of an MCP library call a tool at a URL, given nothing else. */
const callTool = async ({ caPem, certificates }: Stack, url: string): Promise<readonly Line[]> => {
  const script = installed(CLIENT, 'clients-npm')
  const child = spawn(process.execPath, [script, 'client'], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: certificates.caFile },
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: dirname(script),
  })
  child.stdin.end(`call ${url}\n`)
  try {
    const lines: Line[] = []
    for await (const text of createInterface({ input: child.stdout })) {
      const line = JSON.parse(text) as Line
      lines.push(line)
      if (line.open !== undefined) await goTo(line.open, caPem)
    }
    return lines
  } finally {
    child.kill()
  }
}

/** What a client that is given the URL of the MCP server does, and where it ends. */
export const mcpSteps = (stack: Stack, browser: HttpBrowser): readonly Step[] => {
  const url = stack.url(MCP_HOST, '/mcp')
  let metadata = ''
  return [
    {
      name: 'an MCP client without a token is told where to look',
      take: async () => {
        const response = await browser.send(url, { method: 'POST' })
        const challenge = response.headers['www-authenticate'] ?? ''
        expect(response.status === 401, `Answered ${response.status}`, response)
        metadata = /resource_metadata="([^"]*)"/.exec(challenge)?.[1] ?? ''
        expect(metadata !== '', `www-authenticate: ${challenge}`)
        return `401 ${challenge}`
      },
    },
    {
      name: 'the metadata there name the resource and the provider',
      take: async () => {
        const response = await browser.send(metadata)
        expect(response.status === 200, `Answered ${response.status}`, response)
        const { resource, authorization_servers: servers } = response.json() as {
          readonly resource: string
          readonly authorization_servers: readonly string[]
        }
        expect(resource === url, `The resource is ${resource}`)
        expect(servers.join() === stack.issuer, `The providers are ${servers.join()}`)
        return `${resource}, ${servers.join()}`
      },
    },
    {
      name: 'a client that knows the URL alone registers, has alice sign in, and calls a tool',
      take: async () => {
        const lines = await callTool(stack, `${url}#search`)
        const said = { text: lines.map((line) => JSON.stringify(line)).join('\n') }
        const told = lines.findLast((line) => line.told !== undefined)?.told
        expect(told?.caller === 'alice', 'The tool was not called for alice', said)
        return `the server was told ${JSON.stringify(told)}`
      },
    },
  ]
}
