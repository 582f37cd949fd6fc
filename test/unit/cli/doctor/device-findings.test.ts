import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { devicePathFindings } from '../../../../src/cli/doctor/device-findings.ts'
import { type AskPublic, createAskPublic } from '../../../../src/cli/live/public-paths.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import { createAuthorities } from '../../../../src/outbound/authorities.ts'
import type { Answer } from '../../../../src/outbound/outbound-fetch.ts'
import { aBindingClient, createBoundWorld } from '../../../support/bound-browser.ts'
import { aClient, aPolicy } from '../../../support/builders.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { localOutbound } from '../../../support/local-providers.ts'
import { createCertificates } from '../../../support/parts/tls.ts'
import { present } from '../../../support/present.ts'
import { denied } from '../../../support/verdicts.ts'

const BIND = 'https://shop.example.com/oauth2/session/bind'
const REFRESH = 'https://shop.example.com/oauth2/session/refresh'

const answer = (status: number, changes: Partial<Answer> = {}): Answer => ({
  status,
  text: '<html></html>',
  ...changes,
})

/** The service itself, behind a gateway that keeps these headers back. */
const served = (without: readonly string[] = []): AskPublic => {
  const { ask } = createBoundWorld()
  return async (url, headers) => {
    const { pathname, host: authority } = new URL(url)
    const left = Object.fromEntries(
      Object.entries(headers).filter(([name]) => !without.includes(name)),
    )
    const verdict = denied(await ask({ method: 'POST', authority, path: pathname, headers: left }))
    const { body } = present(verdict, { header: (name) => headers[name], requestId: 'a' })
    return { status: verdict.status, text: String(body) }
  }
}

const policy = aPolicy({ clients: [aBindingClient()] })

const findingsOf = (askPublic: AskPublic, hosts: readonly string[] = ['shop.example.com']) =>
  devicePathFindings(policy, hosts, { askPublic })

describe('the paths by which browsers bind sessions', () => {
  it('are well where the service answers them', async () => {
    expect(await findingsOf(served())).toEqual([
      { check: 'devices', state: 'well', message: `${BIND} is answered as browsers need it.` },
      { check: 'devices', state: 'well', message: `${REFRESH} is answered as browsers need it.` },
    ])
  })

  it('are asked of nobody where no client binds sessions', async () => {
    const asked: string[] = []
    const askPublic: AskPublic = async (url) => {
      asked.push(url)
      return answer(200)
    }
    const none = aPolicy({ clients: [aClient()] })
    for (const one of [none, undefined]) {
      expect(await devicePathFindings(one, ['shop.example.com'], { askPublic })).toEqual([])
    }
    expect(asked).toEqual([])
  })

  it('are a problem where the gateway keeps the headers back', async () => {
    for (const without of ['sec-secure-session-id', 'cookie']) {
      const [, refresh] = await findingsOf(served([without]))
      expect(refresh).toMatchObject({
        state: 'problem',
        message: expect.stringContaining('without the header Sec-Secure-Session-Id or the cookies'),
      })
    }
  })

  it.each([
    ['a redirect', answer(308, { location: 'https://www.example.com/' }), /is redirected \(308\)/],
    ['a rate limiter', answer(429), /is answered 429.*except this path from the rate limiter/],
    ['a page', answer(200), /is answered 200 by somebody else than Sallyport/],
    ['an application', answer(404), /is answered 404 by somebody else/],
    ['a body that is no object', answer(200, { text: '[]' }), /by somebody else/],
    [
      'another road of the service',
      answer(401, { text: JSON.stringify({ reason: 'login_required' }) }),
      /is answered 401 login_required.*rewritten/,
    ],
  ])('are a problem behind %s, with the fix', async (_, said, expected) => {
    const findings = await findingsOf(async () => said)
    expect(findings).toHaveLength(2)
    for (const { state, message } of findings) {
      expect({ state, message }).toEqual({
        state: 'problem',
        message: expect.stringMatching(expected),
      })
    }
  })

  it('are a warning where the certificate is not trusted or the host not reached from here', async () => {
    const message = 'shop.example.com: its certificate is not trusted.'
    const findings = await findingsOf(() =>
      Promise.reject(new Fault('provider_unreachable', message)),
    )
    expect(findings[0]).toEqual({
      check: 'devices',
      state: 'warning',
      message: `${message} Where a browser does not trust the certificate either, it binds no session, and says nothing.`,
    })
  })

  it('cannot be asked of a wildcard', async () => {
    const [only, ...others] = await findingsOf(served(), ['*.example.com'])
    expect(others).toEqual([])
    expect(only).toMatchObject({ state: 'unknown', message: expect.stringContaining('wildcard') })
  })

  it('are asked over TLS, by an empty POST whose redirect nobody follows', async () => {
    const certificates = await createCertificates(['shop.localhost'])
    const { certPem: cert, keyPem: key, caPem } = certificates
    const seen: string[] = []
    const server = createServer({ cert, key }, (request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['sec-secure-session-id']}`)
      response.writeHead(301, { location: '/elsewhere' }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(async () => {
      server.close()
      server.closeAllConnections()
      await certificates.remove()
    })
    const host = `shop.localhost:${(server.address() as AddressInfo).port}`
    const deps = { authorities: createAuthorities(), clock: handSetClock() }
    const trusting = createAskPublic({ ...deps, outbound: { ...localOutbound, caPem } })
    const [bind] = await findingsOf(trusting, [host])
    expect(bind?.message).toMatch(/is redirected \(301\)/)
    expect(seen).toEqual([
      'POST /oauth2/session/bind sallyport-doctor',
      'POST /oauth2/session/refresh sallyport-doctor',
    ])
    const [untrusted] = await findingsOf(createAskPublic({ ...deps, outbound: localOutbound }), [
      host,
    ])
    expect(untrusted).toMatchObject({
      state: 'warning',
      message: expect.stringMatching(/certificate/),
    })
    expect(seen).toHaveLength(2)
  })
})
