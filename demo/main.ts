import { lookup } from 'node:dns/promises'
import { isFree } from '../test/support/parts/free-port.ts'
import { MACHINE_CLIENT } from '../test/support/parts/oidc-provider.ts'
import { API_AUDIENCE, endUsers } from '../test/support/parts/oidc-provider-settings.ts'
import { PROVIDER_HOST, type Stack } from '../test/support/parts/stack.ts'
import { type Demo, MCP_HOST, RESOURCES_FOLDER, startDemo, USUAL_PORT } from './set-up.ts'

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const addresses = ({ url, sallyport, envoy, redis, issuer, upstream }: Stack): string =>
  `Running
  Envoy        ${url('*.localhost')}   (admin ${envoy.adminUrl})
  Sallyport    gRPC on 127.0.0.1:${sallyport.grpcPort}, ${sallyport.adminUrl}/readyz and /metrics
  provider     ${issuer}   (oidc-provider)
  Redis        ${redis?.url ?? 'none'}
  upstream     http://127.0.0.1:${upstream.port}   (answers with what it received)
  MCP server   ${url(MCP_HOST, '/mcp')}   (the tools search and refund)`

const pages = ({ url, certificates }: Stack): string => {
  const list: readonly (readonly [host: string, path: string, what: string])[] = [
    ['app.localhost', '/orders?id=7', 'signs in, then lands here'],
    ['app.localhost', '/admin', 'for admins'],
    ['app.localhost', '/assets/logo.svg', 'for everybody'],
    ['app.localhost', '/oauth2/logout', 'asks, then signs out'],
    ['ops.localhost', '/', 'another application, for admins'],
  ]
  const lines = list.map(([host, path, what]) => `  ${url(host, path).padEnd(44)} ${what}`)
  return `Open (the certificate is the demo's own: let the browser go on, or import ${certificates.caFile})
${lines.join('\n')}`
}

const SHOWN_GROUPS = 3

const groupList = (groups: readonly string[]): string => {
  const more = groups.length - SHOWN_GROUPS
  const shown = groups.slice(0, SHOWN_GROUPS).join(', ')
  return more > 0 ? `${shown} and ${more} more` : shown
}

/** What is to be seen with whom. */
const SEEN: Readonly<Partial<Record<keyof typeof endUsers, string>>> = {
  carol: 'too many for a header, so /orders refuses her and says so',
  zoe: 'names that a header has to encode',
}

const people = (): string => {
  const lines = Object.entries(endUsers).map(([key, { name, password, groups }]) => {
    const seen = SEEN[key as keyof typeof endUsers]
    return `  ${name} / ${password}   (${groupList(groups)}${seen === undefined ? '' : `: ${seen}`})`
  })
  return `Sign in as\n${lines.join('\n')}`
}

const administration = ({ console: { url, token } }: Demo): string =>
  `Look at what is served, refused and signed in, and end sessions
  ${url}   token ${token}`

const calls = ({ url, certificates }: Stack): string => {
  const { clientId, clientSecret } = MACHINE_CLIENT
  const orders = url('api.localhost', '/orders')
  const form = '-d grant_type=client_credentials -d scope=orders:read'
  const pick = `sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'`
  return `Try, in another terminal (tokens for ${API_AUDIENCE})
  export CURL_CA_BUNDLE=${certificates.caFile}
  curl -si ${orders}   # no token: 401, and why
  TOKEN=$(curl -s -u ${clientId}:${clientSecret} ${form} ${url(PROVIDER_HOST, '/token')} | ${pick})
  curl -s -H "Authorization: Bearer $TOKEN" ${orders}   # gets through
  curl -si -X POST -H "Authorization: Bearer $TOKEN" ${orders}   # 403 insufficient_scope`
}

/** Browsers and curl find every `*.localhost` by themselves, other programs ask the system. */
const names = async (): Promise<string> => {
  const hosts = [MCP_HOST, PROVIDER_HOST]
  const found = await Promise.all(hosts.map((host) => lookup(host).catch(() => undefined)))
  if (found.every((answer) => answer !== undefined)) return ''
  const tee = process.getuid?.() === 0 ? 'tee' : 'sudo tee'
  return `
  echo '127.0.0.1 ${hosts.join(' ')}' | ${tee} -a /etc/hosts   # this system does not find these names; take the line out afterwards`
}

const clients = async ({ url, authoritiesFile: caFile }: Demo): Promise<string> => {
  const server = url(MCP_HOST, '/mcp')
  const entry = {
    command: 'npx',
    args: ['mcp-remote', server],
    env: { NODE_EXTRA_CA_CERTS: caFile },
  }
  return `Give to an MCP client, from a terminal or in its configuration file${await names()}
  export NODE_EXTRA_CA_CERTS=${caFile}   # SSL_CERT_FILE for clients in Python
  claude mcp add --transport http orders ${server}
  npx mcp-remote ${server}
  ${JSON.stringify({ mcpServers: { orders: entry } })}`
}

const watched = ({ port, sallyport }: Stack): string =>
  port === USUAL_PORT
    ? `Sallyport watches ${RESOURCES_FOLDER}: edit a file there, and the change is live.`
    : `Sallyport watches ${sallyport.resourcesFolder}: a copy of demo/resources for this port.`

const describe = async (stack: Demo): Promise<string> =>
  [
    addresses(stack),
    pages(stack),
    people(),
    administration(stack),
    calls(stack),
    await clients(stack),
    watched(stack),
    'Ctrl-C ends everything.',
  ]
    .map((paragraph) => `\n${paragraph}`)
    .join('\n')

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve())
    }
  })

const port = Number(process.env.PORT ?? USUAL_PORT)
if (!Number.isInteger(port) || port < 1 || port > 65535) {
  say(`PORT is ${process.env.PORT}, which is no port. Try: make demo PORT=9443`)
  process.exit(2)
}
if (!(await isFree(port))) {
  say(`Port ${port} is taken. End what listens there, or choose another: make demo PORT=9443`)
  process.exit(1)
}
const end = interrupted()
say('Starting …')
const stack = await startDemo(port)
say(await describe(stack))
const crashed = stack.sallyport.exited().then(() => 'crashed' as const)
const outcome = await Promise.race([end, crashed])
say(
  outcome === 'crashed'
    ? `\nSallyport ended by itself:\n${stack.sallyport.output()}`
    : '\nEnding …',
)
await stack.stop()
process.exitCode = outcome === 'crashed' ? 1 : 0
