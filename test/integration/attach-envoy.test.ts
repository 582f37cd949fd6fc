import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { startChildProcess, waitUntilReady } from '../support/parts/child-process.ts'
import { freePort, freePorts } from '../support/parts/free-port.ts'
import { installed } from '../support/parts/installed.ts'
import { startSallyport } from '../support/parts/sallyport.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'
import { type Certificates, createCertificates } from '../support/parts/tls.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'
import { sallyport } from '../unit/cli/run.ts'

let folder: TemporaryFolder
let certificates: Certificates

beforeAll(async () => {
  folder = await temporaryFolder('attach-envoy')
  certificates = await createCertificates(['shop.example.com'])
})

afterAll(async () => {
  await certificates.remove()
  await folder.remove()
})

/** Writes a configuration with its open names filled in, as far as they are known. */
const writeFilledIn = async (
  text: string,
  ports: Readonly<Record<'ADMIN_PORT' | 'LISTEN_PORT', string>>,
): Promise<string> => {
  const values: Readonly<Record<string, string>> = {
    ...ports,
    LISTEN_ADDRESS: '127.0.0.1',
    CERT_FILE: certificates.certFile,
    KEY_FILE: certificates.keyFile,
  }
  const file = `${folder.path}/envoy.yaml`
  await writeFile(
    file,
    text.replace(/\$\{(\w+)\}/g, (open, name: string) => values[name] ?? open),
  )
  return file
}

/**
 * What a real Envoy says of a configuration whose open names are filled in. @throws Error if it
 * refuses it
 */
const validated = async (text: string): Promise<string> => {
  const file = await writeFilledIn(text, { ADMIN_PORT: '9901', LISTEN_PORT: '8443' })
  const args = ['--mode', 'validate', '--config-path', file]
  const { stdout } = await promisify(execFile)(installed('envoy/envoy', 'envoy'), args)
  return stdout
}

const ARGV = ['attach', 'envoy', '--service', 'auth.iam:9443', '--upstream', 'web.shop:8080']
const HOSTS = ['--host', 'shop.example.com', '--host', '*.shop.example.com']

it('Envoy accepts what is printed for the Services of a cluster', async () => {
  const { code, out } = await sallyport(...ARGV, ...HOSTS)
  expect(code).toBe(0)
  expect(await validated(out)).toContain('OK')
})

it('Envoy refuses what is left open, so that nothing is served half configured', async () => {
  const { out } = await sallyport('attach', 'envoy')
  await expect(validated(out)).rejects.toThrow('EXT_AUTHZ_PORT')
})

/** The folder of a Secret as it is mounted, with the certificates of both sides. */
const secretFolder = async (): Promise<string> => {
  const { caPem, certPem, keyPem } = certificates
  const files = { 'ca.crt': caPem, 'tls.crt': certPem, 'tls.key': keyPem }
  for (const [name, pem] of Object.entries(files)) await writeFile(`${folder.path}/${name}`, pem)
  return folder.path
}

/** A real Envoy with what `attach` prints, and its port. */
const startEnvoyWith = async (options: readonly string[]): Promise<number> => {
  const { out } = await sallyport('attach', 'envoy', ...options)
  const [listen = 0, admin = 0] = await freePorts(2)
  const file = await writeFilledIn(out, { ADMIN_PORT: String(admin), LISTEN_PORT: String(listen) })
  const args = ['--config-path', file, '--concurrency', '1', '--disable-hot-restart']
  const command = installed('envoy/envoy', 'envoy')
  const envoy = await startChildProcess({ name: 'Envoy', command, args })
  onTestFinished(async () => void (await envoy.stop()))
  await waitUntilReady('Envoy', envoy, async () => {
    return (await fetch(`http://127.0.0.1:${admin}/ready`)).status === 200
  })
  return listen
}

/** The status and the reason of an answer; `words`: what curl is told besides. */
const ask = async (port: number, path: string, ...words: readonly string[]): Promise<string> => {
  const curl = ['-sk', '--resolve', `shop.example.com:${port}:127.0.0.1`, '-o', '/dev/null']
  const format = ['-w', '%{http_code} %header{x-sallyport-reason}']
  const url = `https://shop.example.com:${port}${path}`
  return (await promisify(execFile)('curl', [...curl, ...format, ...words, url])).stdout
}

const answerBehind = async (options: readonly string[]): Promise<string> =>
  ask(await startEnvoyWith(options), '/')

it('E8: by TLS and with a certificate of its own, Envoy asks a Sallyport that demands one', async () => {
  const { certFile, keyFile, caFile } = certificates
  const grpcPort = await freePort()
  const tls = { certFile, keyFile, clientCaFile: caFile }
  const running = await startSallyport({
    grpcPort,
    resources: { 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET },
    configuration: { grpc: { listen: `127.0.0.1:${grpcPort}`, tls } },
  })
  onTestFinished(async () => void (await running.stop()))
  const plain = ['--service', `127.0.0.1:${grpcPort}`, '--upstream', '127.0.0.1:9']
  const named = ['--service-name', 'shop.example.com']
  const own = ['--service-tls', await secretFolder(), ...named]
  expect(await answerBehind([...plain, ...own])).toBe('401 login_required')
  const none = ['--service-ca', await secretFolder(), ...named]
  expect(await answerBehind([...plain, ...none])).toBe('503 ')
  const other = ['--service-tls', await secretFolder(), '--service-name', 'other.example.com']
  expect(await answerBehind([...plain, ...other])).toBe('503 ')
})

it.each([
  ['127.0.0.1:9001', '[::1]:8080'],
  ['localhost:9001', 'shop.internal.example:8080'],
  ['auth.internal.:9001', 'web:80'],
])('E2: Envoy accepts the plain addresses %s and %s', async (service, upstream) => {
  const { code, out } = await sallyport('attach', 'envoy', '-s', service, '-u', upstream)
  expect(code).toBe(0)
  expect(await validated(out)).toContain('OK')
})

it('R16: bodies of clients that register and get tokens arrive where they are sent along', async () => {
  const grpcPort = await freePort()
  // A callback shows by its answer whether the body of the path has come.
  const asking = (path: string): string =>
    `clientId: shop\n  callback: { path: ${path} }\n  authorizationRequest: { responseMode: form_post }\n`
  const answer = ['--data', 'code=abc&state=def']
  const plain = ['--service', `127.0.0.1:${grpcPort}`, '--upstream', '127.0.0.1:9']
  const port = await startEnvoyWith([...plain, '--authorization-server-body'])
  for (const path of ['/oauth2/register', '/oauth2/token']) {
    const running = await startSallyport({
      grpcPort,
      resources: {
        'shop.yaml': SHOP.replace('clientId: shop\n', asking(path)),
        'secret.yaml': SHOP_SECRET,
      },
    })
    onTestFinished(async () => void (await running.stop()))
    await expect.poll(() => ask(port, path, ...answer)).toBe('303 login_handed_over')
    expect(await ask(port, '/orders', ...answer)).toBe('401 login_required')
    await running.stop()
  }
})

it('R16: an answer by a form arrives where the bodies of callbacks are sent along, and of no use elsewhere', async () => {
  const grpcPort = await freePort()
  const asking = 'clientId: shop\n  authorizationRequest: { responseMode: form_post }\n'
  const running = await startSallyport({
    grpcPort,
    resources: {
      'shop.yaml': SHOP.replace('clientId: shop\n', asking),
      'secret.yaml': SHOP_SECRET,
    },
  })
  onTestFinished(async () => void (await running.stop()))
  const plain = ['--service', `127.0.0.1:${grpcPort}`, '--upstream', '127.0.0.1:9']
  const without = await startEnvoyWith(plain)
  const answer = ['--data', 'code=abc&state=def']
  expect(await ask(without, '/oauth2/callback', ...answer)).toBe('400 malformed_callback')
  const port = await startEnvoyWith([...plain, '--callback-body'])
  expect(await ask(port, '/oauth2/callback', ...answer)).toBe('303 login_handed_over')
  expect(await ask(port, '/oauth2/callback?a=b', ...answer)).toBe('303 login_handed_over')
  expect(await ask(port, '/orders', ...answer)).toBe('401 login_required')
  const large = ['--data', `code=abc&state=def&more=${'a'.repeat(20_000)}`]
  expect(await ask(port, '/oauth2/callback', ...large)).toBe('400 malformed_callback')
  expect(await ask(port, '/orders', ...large)).toBe('401 login_required')
})
