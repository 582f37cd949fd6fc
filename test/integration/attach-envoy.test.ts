import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { installed } from '../support/parts/installed.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'
import { type Certificates, createCertificates } from '../support/parts/tls.ts'
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

/**
 * What a real Envoy says of a configuration whose open names are filled in. @throws Error if it
 * refuses it
 */
const validated = async (text: string): Promise<string> => {
  const values: Readonly<Record<string, string>> = {
    ADMIN_PORT: '9901',
    LISTEN_ADDRESS: '127.0.0.1',
    LISTEN_PORT: '8443',
    CERT_FILE: certificates.certFile,
    KEY_FILE: certificates.keyFile,
  }
  const file = `${folder.path}/envoy.yaml`
  await writeFile(
    file,
    text.replace(/\$\{(\w+)\}/g, (open, name: string) => values[name] ?? open),
  )
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
  await expect(validated(out)).rejects.toThrow('SALLYPORT_PORT')
})
