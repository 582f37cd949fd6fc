import { expect, it, onTestFinished } from 'vitest'
import { clientKeyFindings } from '../../../../src/cli/doctor/client-keys.ts'
import { aClient } from '../../../support/builders.ts'
import { freePort } from '../../../support/parts/free-port.ts'
import { startHttpListener } from '../../../support/parts/http-listener.ts'

const managed = aClient({
  name: 'shop/web',
  authentication: {
    ...{ method: 'private_key_jwt', assertionAudience: 'Issuer' },
    ...{ algorithm: 'ES256', rotationMs: 3_600_000 },
  },
})

const answering = async (status: number, body: string) => {
  const asked: (string | undefined)[] = []
  const listener = await startHttpListener((request, response) => {
    asked.push(request.url)
    response.writeHead(status).end(body)
  })
  onTestFinished(() => listener.takeDown())
  const findings = await clientKeyFindings(managed, `http://127.0.0.1:${listener.port}`)
  return { asked, findings }
}

it('the URL to register is told of a client whose keys are made here, and of no other', async () => {
  expect(await clientKeyFindings(aClient(), 'http://127.0.0.1:1')).toEqual([])
  expect(await clientKeyFindings(managed, undefined)).toEqual([
    {
      check: 'client keys',
      state: 'unknown',
      message:
        'Register the URL by which the provider reaches /.well-known/clients/shop/web/jwks.json of `http.listen` as the JWKS URL of the client; whether it reaches it cannot be seen from here.',
    },
  ])
})

it('what the service on this machine publishes is looked at', async () => {
  const keys = JSON.stringify({ keys: [{ kid: 'a' }, { kid: 'b' }] })
  const { asked, findings } = await answering(200, keys)
  expect(asked).toEqual(['/.well-known/clients/shop/web/jwks.json'])
  expect(findings[1]).toEqual({
    check: 'client keys',
    state: 'well',
    message:
      'The service on this machine publishes its keys: a signs now, and 1 other is beside it.',
  })
})

it.each([
  [404, '{"error":"invalid_request"}'],
  [503, ''],
  [200, '{"keys":7}'],
])('no key there is a warning: %i %s', async (status, body) => {
  const { findings } = await answering(status, body)
  expect(findings[1]).toMatchObject({
    state: 'warning',
    message: expect.stringContaining(`answers with ${status} and no key`),
  })
})

it('a service that is not there is none to judge', async () => {
  const [, found] = await clientKeyFindings(managed, `http://127.0.0.1:${await freePort()}`)
  expect(found).toMatchObject({ state: 'unknown' })
})
