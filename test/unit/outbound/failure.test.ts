import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Provider } from '../../../src/core/registration/provider.ts'
import { tellFailure } from '../../../src/outbound/failure.ts'
import { createOutboundFetch } from '../../../src/outbound/outbound-fetch.ts'
import { aProvider } from '../../support/builders.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { hang, redirectTo, startHostileProvider, text } from '../../support/hostile-provider.ts'
import { localOutbound } from '../../support/local-providers.ts'
import { freePort } from '../../support/parts/free-port.ts'
import { createCertificates, createSelfSigned } from '../../support/parts/tls.ts'

const CONTEXT = { host: 'sso.example.com', timeoutMs: 5_000 }
const PROXY = { url: 'http://proxy.example.com:3128', setBy: 'outbound.proxy.url' }

const coded = (code: string, message = 'secret inside'): Error =>
  Object.assign(new Error(message), { code })

const told = (thrown: unknown, proxy?: typeof PROXY): string =>
  tellFailure(thrown, proxy === undefined ? CONTEXT : { ...CONTEXT, proxy }).sentence

describe('what a failed call is told as', () => {
  it.each([
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'spec.tls.caRef'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls', 'outbound.caFile'],
    ['UNABLE_TO_GET_ISSUER_CERT', 'tls', 'spec.tls.caRef'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', 'spec.tls.caRef'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'signed itself'],
    ['CERT_HAS_EXPIRED', 'tls', 'has expired'],
    ['CERT_NOT_YET_VALID', 'tls', 'not valid yet'],
    ['CERT_REVOKED', 'tls', 'revoked'],
    ['CERT_SIGNATURE_FAILURE', 'tls', 'spec.tls.caRef'],
    ['INVALID_CA', 'tls', 'may sign none'],
    ['INVALID_PURPOSE', 'tls', 'not meant for servers'],
    ['EPROTO', 'tls', 'does not speak TLS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'does not speak TLS'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls', 'wants a certificate from us'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls', 'TLS 1.2'],
    ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'tls', 'correct the host'],
    ['ERR_SSL_SOMETHING_NEW', 'tls', 'TLS handshake'],
    ['ENOTFOUND', 'name', 'sso.example.com: no name server knows that name'],
    ['EAI_AGAIN', 'name', 'does not answer at the moment'],
    ['ECONNREFUSED', 'connection', 'refused the connection'],
    ['ECONNRESET', 'connection', 'broke the connection off'],
    ['ENETUNREACH', 'connection', 'no route'],
    ['UND_ERR_SOCKET', 'connection', 'broke the connection off'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'took no connection within 5000 ms'],
    ['ETIMEDOUT', 'timeout', 'spec.requestTimeout'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout', 'had not answered within 5000 ms'],
    ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'too_large', '512 KiB'],
    ['HPE_INVALID_CONSTANT', 'protocol', 'no HTTP'],
    ['EWHATEVER', 'unknown', 'failed: EWHATEVER'],
  ])('E6: %s', (code, kind, part) => {
    const failure = tellFailure(coded(code), CONTEXT)
    expect(failure.kind).toBe(kind)
    expect(failure.sentence).toContain(part)
    expect(failure.sentence).not.toContain('secret')
    expect(failure.sentence).not.toMatch(/[.\n]$/)
  })

  it('E6: the code is found inside what wraps it', () => {
    const many = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')])
    expect(told(many)).toContain('ECONNREFUSED')
    expect(told(new Error('outer', { cause: coded('CERT_HAS_EXPIRED') }))).toContain('has expired')
    expect(told(AbortSignal.timeout(0).reason ?? new DOMException('x', 'TimeoutError'))).toContain(
      'had not answered within 5000 ms',
    )
    expect(told('a thrown text')).toBe('failed: unknown error')
  })

  it('B14, E6: what happens on the way to a proxy is said of the proxy, with its setting', () => {
    for (const code of [
      'ECONNREFUSED',
      'ENOTFOUND',
      'UND_ERR_CONNECT_TIMEOUT',
      'UND_ERR_PRX_CONN',
    ]) {
      const failure = tellFailure(coded(code), { ...CONTEXT, proxy: PROXY })
      expect(failure.kind).toBe('proxy')
      expect(failure.sentence).toContain(
        'the proxy http://proxy.example.com:3128 (outbound.proxy.url)',
      )
    }
    const refused = coded('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling')
    expect(told(refused, PROXY)).toContain('outbound.proxy.passwordFile')
    expect(told(coded('CERT_HAS_EXPIRED'), PROXY)).not.toContain('proxy.example.com')
    const secure = { ...PROXY, url: 'https://proxy.example.com' }
    expect(told(coded('CERT_HAS_EXPIRED'), secure)).toContain(
      'or the proxy https://proxy.example.com',
    )
  })
})

const messageOf = async (url: string, changes: Partial<Provider> = {}): Promise<string> => {
  const fetch = createOutboundFetch(aProvider(changes), localOutbound, handSetClock())
  onTestFinished(() => fetch.destroy())
  return fetch.call({ method: 'GET', url, headers: {} }).then(
    () => 'it went well',
    (fault: Error) => fault.message,
  )
}

const serveTls = async (tls: { cert: string; key: string }): Promise<string> => {
  const server = createServer(tls, (_, response) => response.end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `https://sso.localhost:${(server.address() as AddressInfo).port}/`
}

describe('what real servers do wrong', () => {
  it('E6: an authority that is not trusted is named with the field, whether it is sent along or not', async () => {
    const certificates = await createCertificates(['sso.localhost'])
    onTestFinished(() => certificates.remove())
    const { certPem, keyPem: key, caPem } = certificates
    for (const cert of [certPem, certPem + caPem]) {
      const message = await messageOf(await serveTls({ cert, key }))
      expect(message).toMatch(/^shop\/keycloak: https:\/\/sso\.localhost:\d+\/ shows a certificate/)
      expect(message).toContain('spec.tls.caRef')
    }
  })

  it('E6: a certificate for another name is named with its names', async () => {
    const certificates = await createCertificates(['other.localhost', 'www.localhost'])
    onTestFinished(() => certificates.remove())
    const { certPem: cert, keyPem: key, caPem } = certificates
    expect(await messageOf(await serveTls({ cert, key }), { caPem })).toContain(
      'shows a certificate for other.localhost, www.localhost, and not for sso.localhost',
    )
  })

  it('E6: a certificate of its own, and an expired one', async () => {
    const own = await createSelfSigned('sso.localhost', 30)
    expect(await messageOf(await serveTls(own))).toContain('signed itself')
    const expired = await createSelfSigned('sso.localhost', -1)
    const message = await messageOf(await serveTls(expired), { caPem: expired.cert })
    expect(message).toContain('has expired')
  })

  it('E6: plain HTTP on the port, and nobody there', async () => {
    const hostile = await startHostileProvider()
    onTestFinished(() => hostile.stop())
    const { port } = new URL(hostile.issuer)
    expect(await messageOf(`https://127.0.0.1:${port}/`)).toContain('does not speak TLS')
    const free = await freePort()
    expect(await messageOf(`https://127.0.0.1:${free}/`)).toContain('refused the connection')
  })

  it('E6: a redirect with where it leads, a status with its type, a time-out with its field', async () => {
    const hostile = await startHostileProvider()
    onTestFinished(() => hostile.stop())
    const url = `${hostile.issuer}/jwks`
    hostile.answer('jwks', redirectTo('/login?code=secret'))
    expect(await messageOf(url)).toContain(`with a redirect to ${hostile.issuer}/login, which`)
    hostile.answer('jwks', text('<html>', 502, 'text/html; charset=utf-8'))
    expect(await messageOf(url)).toContain('answered with status 502 (text/html)')
    hostile.answer('jwks', hang)
    expect(await messageOf(url, { requestTimeoutMs: 300 })).toContain(
      'had not answered within 300 ms (spec.requestTimeout)',
    )
  })
})
