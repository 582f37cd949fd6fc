import { afterEach, expect, it, vi } from 'vitest'
import type { Budget } from '../../../../src/core/time/budget.ts'
import { createConfigureClient } from '../../../../src/oidc/client/client-configuration.ts'
import type { Providers } from '../../../../src/oidc/provider/providers.ts'
import { aClient } from '../../../support/builders.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

const LIBRARY = 'openid-client'

afterEach(() => {
  vi.doUnmock(LIBRARY)
  vi.resetModules()
})

const budget: Budget = { signal: new AbortController().signal }

const metadata = {
  endpoints: { token: 'https://sso.example.com/token' },
  authenticationMethods: {},
  sendsIssuer: true,
}

const providers = { of: () => ({ metadata: { get: async () => metadata } }) }

it('a client whose library could not be loaded is set up at the next call', async () => {
  const configure = createConfigureClient({
    providers: providers as unknown as Providers,
    clock: handSetClock(),
  })
  const client = aClient()
  const read = () => new Response()
  vi.doMock(LIBRARY, () => {
    throw new Error('too many open files')
  })
  await expect(configure(client, read, budget)).rejects.toThrow()
  vi.doUnmock(LIBRARY)
  const configuration = await configure(client, read, budget)
  expect(configuration.serverMetadata().token_endpoint).toBe(metadata.endpoints.token)
})
