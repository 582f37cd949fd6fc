import { isFree } from '../test/support/parts/free-port.ts'
import { MACHINE_CLIENT } from '../test/support/parts/oidc-provider.ts'
import { API_AUDIENCE, endUsers } from '../test/support/parts/oidc-provider-settings.ts'
import { PROVIDER_HOST, type Stack } from '../test/support/parts/stack.ts'
import { RESOURCES_FOLDER, startDemo, USUAL_PORT } from './set-up.ts'

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const describe = (stack: Stack): string => {
  const { url, certificates, sallyport } = stack
  const curl = `curl --cacert ${certificates.caFile}`
  const endUserLines = Object.values(endUsers).map(
    ({ name, password, groups }) => `  ${name} / ${password}   (${groups.join(', ')})`,
  )
  const token = `${curl} -s -u ${MACHINE_CLIENT.clientId}:${MACHINE_CLIENT.clientSecret} -d grant_type=client_credentials -d scope=orders:read ${url(PROVIDER_HOST, '/token')}`
  const edit =
    stack.port === USUAL_PORT
      ? `Sallyport watches ${RESOURCES_FOLDER}: edit a file there, and the change is live.`
      : `Sallyport watches ${sallyport.resourcesFolder}: a copy of demo/resources for this port.`
  return `
Running
  Envoy        ${url('*.localhost')}   (admin ${stack.envoy.adminUrl})
  Sallyport    gRPC 127.0.0.1:${sallyport.grpcPort}, admin ${sallyport.adminUrl} (/readyz, /metrics)
  provider     ${stack.issuer}   (oidc-provider)
  Redis        ${stack.redis?.url ?? 'none'}
  upstream     http://127.0.0.1:${stack.upstream.port}   (echoes what it receives)

Open (the certificate is the demo's own: let the browser go on, or import ${certificates.caFile})
  ${url('app.localhost', '/orders?id=7')}   signs in, then lands here
  ${url('app.localhost', '/admin')}          for admins
  ${url('app.localhost', '/assets/logo.svg')}   for everybody
  ${url('app.localhost', '/oauth2/logout')}   signs out
  ${url('ops.localhost')}               another application, for admins

Sign in as
${endUserLines.join('\n')}

Try, in another terminal (tokens for ${API_AUDIENCE})
  1. no token, so 401 and why:
     ${curl} -i ${url('api.localhost', '/orders')}
  2. a token by the client credentials grant, then the call:
     TOKEN=$(${token} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
     ${curl} -H "Authorization: Bearer $TOKEN" ${url('api.localhost', '/orders')}
  3. the same token to change something, so 403 insufficient_scope:
     ${curl} -i -X POST -H "Authorization: Bearer $TOKEN" ${url('api.localhost', '/orders')}

${edit}
Ctrl-C ends everything.`
}

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
say(describe(stack))
const crashed = stack.sallyport.exited().then(() => 'crashed' as const)
const outcome = await Promise.race([end, crashed])
say(
  outcome === 'crashed'
    ? `\nSallyport ended by itself:\n${stack.sallyport.output()}`
    : '\nEnding …',
)
await stack.stop()
process.exitCode = outcome === 'crashed' ? 1 : 0
