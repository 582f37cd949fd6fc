import { beforeAll, describe, expect, it } from 'vitest'
import { fetchMachineToken } from '../../support/e2e/access-tokens.ts'
import { CLAUSES, manyClauses } from '../../support/e2e/many-clauses.ts'
import { type PlainRequest, sendPlain } from '../../support/e2e/plain-client.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { createHttpBrowser } from '../../support/parts/http-browser.ts'
import { until } from '../../support/parts/until.ts'

describe('the address that a rule asks for', () => {
  let proxiedPort = 0
  let token = ''
  const stack = useStack(async () => {
    const { options, proxiedPort: port } = await manyClauses()
    proxiedPort = port
    return options
  })

  beforeAll(async () => {
    const browser = createHttpBrowser({ caPem: stack().caPem })
    token = await fetchMachineToken(stack(), browser)
    await browser.close()
  })

  type Sketch = Pick<PlainRequest, 'target' | 'localAddress' | 'proxiedFrom' | 'lines'>

  const ask = async ({ target = '/network', lines = [], ...from }: Sketch) => {
    const port = from.proxiedFrom === undefined ? stack().port : proxiedPort
    const answer = await sendPlain(
      { port, caPem: stack().caPem },
      {
        host: `${CLAUSES}:${stack().port}`,
        target,
        lines: [['authorization', `Bearer ${token}`], ...lines],
        ...from,
      },
    )
    return [answer.status, answer.header('x-sallyport-reason')]
  }

  const REFUSED = [403, 'source_address_refused']

  it('is that of the connection', async () => {
    expect(await ask({ localAddress: '127.0.0.2' })).toEqual([200, undefined])
    expect(await ask({ localAddress: '127.0.0.1' })).toEqual(REFUSED)
    expect(await ask({ localAddress: '127.0.0.3' })).toEqual(REFUSED)
  })

  it.each([
    'x-forwarded-for',
    'forwarded',
    'x-real-ip',
    'x-envoy-external-address',
    'x-envoy-original-dst-host',
    'true-client-ip',
    'cf-connecting-ip',
    'x-client-ip',
  ])('R2: is none that %s claims', async (name) => {
    for (const value of ['127.0.0.2', '192.0.2.1', 'for=192.0.2.1', '192.0.2.1, 127.0.0.1']) {
      expect(await ask({ lines: [[name, value]] })).toEqual(REFUSED)
    }
  })

  it('is that of the PROXY protocol where the gateway reads it, of IPv4 and of IPv6', async () => {
    expect(await ask({ proxiedFrom: '192.0.2.7' })).toEqual([200, undefined])
    expect(await ask({ proxiedFrom: '2001:db8::7' })).toEqual([200, undefined])
    expect(await ask({ proxiedFrom: '198.51.100.7' })).toEqual(REFUSED)
    expect(await ask({ proxiedFrom: '2001:db9::7' })).toEqual(REFUSED)
    const said = () => stack().sallyport.output().includes('came from 198.51.100.7')
    await until('the log names the address', async () => said())
  })

  it('is asked at every request of one session, not once for all', async () => {
    const { browser } = await signedIn(stack(), stack().url(CLAUSES, '/'))
    const names = browser.jar.names(CLAUSES)
    const cookie = names.map((name) => `${name}=${browser.jar.value(CLAUSES, name)}`).join('; ')
    const withSession = async (localAddress: string) => {
      const lines = [['cookie', cookie]] as const
      const host = `${CLAUSES}:${stack().port}`
      const sent = { host, target: '/network?session', lines, localAddress }
      return (await sendPlain(stack(), sent)).status
    }
    expect(await withSession('127.0.0.2')).toBe(200)
    expect(lastSeen(stack(), '/network?session').headers['x-auth-subject']).toBe('alice')
    expect(await withSession('127.0.0.1')).toBe(403)
    expect(await withSession('127.0.0.2')).toBe(200)
  })

  it('opens a public rule, and its headers are scrubbed all the same', async () => {
    const bare = async (proxiedFrom: string, target: string) => {
      const lines = [['x-auth-subject', 'root']] as const
      const sent = { host: CLAUSES, target, lines, proxiedFrom }
      return (await sendPlain({ port: proxiedPort, caPem: stack().caPem }, sent)).status
    }
    expect(await bare('192.0.2.44', '/open/a')).toBe(200)
    expect(lastSeen(stack(), '/open/a').headers).not.toHaveProperty('x-auth-subject')
    expect(await bare('192.0.2.45', '/open/b')).toBe(401)
    expect(await bare('192.0.2.44', '/opened')).toBe(401)
    expect(await bare('192.0.2.44', '/open%2fa')).toBe(400)
  })
})
