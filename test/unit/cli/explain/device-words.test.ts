import { expect, onTestFinished, test } from 'vitest'
import { resourceFolder, SHOP } from '../../../support/resource-folder.ts'
import { sallyport } from '../run.ts'

const explained = async (mode: string, path = '/orders', ...options: readonly string[]) => {
  const binding = `  session: { deviceBound: { mode: ${mode} } }\n`
  const shop = SHOP.replace(/( {2}clientId: shop\n)/, `$1${binding}`)
  expect(shop).toContain(binding)
  const folder = resourceFolder({ 'shop.yaml': shop })
  onTestFinished(() => folder.remove())
  const url = `https://shop.example.com${path}`
  return (await sallyport('explain', '--resources', folder.path, '--url', url, ...options)).out
}

test('a session that is bound to a device where the browser can says so, with what lacks the proof', async () => {
  const out = await explained('Prefer')
  expect(out).toContain(
    'a session of OIDCClient shop/shop with the proof of its device, where one is bound to it\n',
  )
  expect(out).toMatch(
    /Note +A session of OIDCClient shop\/shop whose device is not proven gets 401 device_proof_required: .* at \/oauth2\/session\/bind and \/oauth2\/session\/refresh\.\n/,
  )
})

test('one that has to be says when it is refused', async () => {
  const out = await explained('Require')
  expect(out).toContain('with the proof of its device, but for its first minute\n')
  expect(out).toContain('gets 403 device_not_bound after its first minute.\n')
})

test('nothing is said where no device is asked for', async () => {
  expect(await explained('"Off"')).not.toContain('device')
})

test('the two paths are roads of the service', async () => {
  expect(await explained('Prefer', '/oauth2/session/refresh')).toMatch(/Road +.*device/)
  expect(await explained('Prefer', '/oauth2/session/bind')).toMatch(/Road +.*device/)
})
