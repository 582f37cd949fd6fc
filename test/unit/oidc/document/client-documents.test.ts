import type { LookupAddress } from 'node:dns'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { FoundDocument } from '../../../../src/core/provider/client-documents.ts'
import { createClientDocuments } from '../../../../src/oidc/document/client-documents.ts'
import type { OutboundOptions } from '../../../../src/outbound/outbound-options.ts'
import { beginOfCall } from '../../../../src/tracing/attributes.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { type Certificates, createCertificates } from '../../../support/parts/tls.ts'
import { patient } from '../../../support/patience.ts'

type Lookup = (
  name: string,
  options: unknown,
  done: (error: null, addresses: readonly LookupAddress[]) => void,
) => void

const names = new Map<string, string>()

vi.mock('node:dns', () => ({
  lookup: ((name, _, done) =>
    done(null, [{ address: names.get(name) ?? '192.0.2.1', family: 4 }])) satisfies Lookup,
}))

let certificates: Certificates
beforeAll(async () => {
  certificates = await createCertificates(['client.localhost', 'other.localhost'])
})
afterAll(() => certificates.remove())

type Serve = (path: string, response: ServerResponse, url: string) => void

const send = (
  response: ServerResponse,
  body: string,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body)
}

const documentOf = (clientId: string, members: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    client_id: clientId,
    client_name: 'Agent',
    redirect_uris: ['http://127.0.0.1/callback'],
    ...members,
  })

/** An https server whose documents are as `serve` writes them. */
const aHost = async (serve: Serve) => {
  const asked: string[] = []
  const { certPem: cert, keyPem: key } = certificates
  const server = createServer({ cert, key }, (request, response) => {
    asked.push(request.url ?? '')
    serve(request.url ?? '', response, `https://${request.headers.host}${request.url}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    asked,
    at: (path: string, name = 'client') => `https://${name}.localhost:${port}${path}`,
  }
}

const honest: Serve = (_, response, url) => send(response, documentOf(url))

const always = (): number => 0

const documents = (
  outbound: OutboundOptions = {},
  limits: { readonly requestTimeoutMs?: number; readonly maxRemembered?: number } = {},
) => {
  const clock = handSetClock()
  const told: string[] = []
  const { find } = createClientDocuments({
    outbound: { caPem: certificates.caPem, denyNetworks: [], ...outbound },
    clock,
    tell: (sentence) => told.push(sentence),
    requestTimeoutMs: patient(30_000),
    ...limits,
  })
  return {
    clock,
    told,
    find: (clientId: string, take = always) => find(clientId, unlimited, take),
  }
}

const problemIn = (found: FoundDocument): string =>
  found.kind === 'found' ? 'found' : found.problem

const UNFETCHED = /^The metadata document at \S+ cannot be fetched: it has to be there for every/

describe('documents of clients', () => {
  it('are fetched once, however many ask for them at the same time', async () => {
    const { asked, at } = await aHost(honest)
    const { find } = documents()
    const clientId = at('/client.json')
    const found = await Promise.all(Array.from({ length: 50 }, () => find(clientId)))
    const document = { clientId, name: 'Agent', redirectURIs: ['http://127.0.0.1/callback'] }
    expect(new Set(found.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ kind: 'found', document })]),
    )
    expect(asked).toEqual(['/client.json'])
  })

  it('are in a trace by their host alone: strangers write the rest of the URL', async () => {
    const { at } = await aHost(honest)
    const said: unknown[] = []
    const tracing = {
      begin: (call: Parameters<typeof beginOfCall>[0]) => void said.push(beginOfCall(call)),
    }
    await documents({ tracing: tracing as never }).find(at('/a-secret/client.json'))
    expect(said).toMatchObject([{ attributes: { 'url.full': at('/') } }])
  })

  it('are kept as long as they say, within a minute and a day', async () => {
    let kept = 'max-age=600'
    let name = 'first'
    const { asked, at } = await aHost((_, response, url) =>
      send(response, documentOf(url, { client_name: name }), { 'cache-control': kept }),
    )
    const { clock, find } = documents()
    const clientId = at('/c')
    const named = async () => {
      const found = await find(clientId)
      return found.kind === 'found' ? found.document.name : found.problem
    }
    expect(await named()).toBe('first')
    name = 'second'
    kept = 'no-store'
    clock.advance(599_999)
    expect(await named()).toBe('first')
    clock.advance(1)
    expect(await named()).toBe('second')
    name = 'third'
    kept = 'max-age=31536000'
    clock.advance(60_000)
    expect(await named()).toBe('third')
    clock.advance(24 * 3_600_000 - 1)
    expect(await named()).toBe('third')
    expect(asked).toHaveLength(3)
    clock.advance(1)
    await named()
    expect(asked).toHaveLength(4)
  })

  it('what turned bad is refused once its time is over, and fetched anew a little later', async () => {
    let isGood = true
    const { asked, at } = await aHost((_, response, url) =>
      send(response, isGood ? documentOf(url) : '{}'),
    )
    const { clock, find } = documents()
    const clientId = at('/c')
    await find(clientId)
    isGood = false
    clock.advance(300_000)
    expect(problemIn(await find(clientId))).toContain('names no client_id')
    isGood = true
    clock.advance(4_999)
    expect((await find(clientId)).kind).toBe('refused')
    expect(asked).toHaveLength(2)
    clock.advance(1)
    expect((await find(clientId)).kind).toBe('found')
  })

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/oauth-client+json'])(
    'come as JSON of any kind: %s',
    async (type) => {
      const { at } = await aHost((_, response, url) =>
        send(response, documentOf(url), { 'content-type': type }),
      )
      expect((await documents().find(at('/c'))).kind).toBe('found')
    },
  )

  it.each<[string, Serve, string]>([
    [
      'a redirect',
      (_, response) => send(response, '', { location: '/other' }, 302),
      'answers with a redirect (status 302), which is not followed',
    ],
    ['a redirect to nowhere', (_, response) => send(response, '', {}, 301), 'cannot be fetched'],
    ['404', (_, response, url) => send(response, documentOf(url), {}, 404), 'with status 404'],
    ['503', (_, response, url) => send(response, documentOf(url), {}, 503), 'with status 503'],
    ['203', (_, response, url) => send(response, documentOf(url), {}, 203), 'with status 203'],
    [
      'a page',
      (_, response, url) => send(response, documentOf(url), { 'content-type': 'text/html' }),
      'comes as text/html, where application/json is needed',
    ],
    [
      'JSON in a page of another type',
      (_, response, url) => send(response, documentOf(url), { 'content-type': 'text/json' }),
      'comes as text/json',
    ],
    [
      'more than 5 KiB',
      (_, response, url) => send(response, documentOf(url, { x: 'x'.repeat(5 * 1_024) })),
      'is larger than 5 KiB',
    ],
    [
      'megabytes',
      (_, response, url) => send(response, documentOf(url, { x: 'x'.repeat(4_000_000) })),
      'cannot be fetched',
    ],
    [
      'what is compressed',
      (_, response) => send(response, '\u001f\u008b', { 'content-encoding': 'gzip' }),
      'is not a JSON object',
    ],
    [
      'another client',
      (_, response, url) => send(response, documentOf(`${url}2`)),
      'names another client_id',
    ],
    ['no HTTP', (_, response) => void response.socket?.end('hello'), 'cannot be fetched'],
  ])('are refused for %s', async (_, serve, sentence) => {
    const { asked, at } = await aHost(serve)
    const { find } = documents()
    expect(problemIn(await find(at('/c')))).toContain(sentence)
    expect(problemIn(await find(at('/c')))).toContain(sentence)
    expect(asked).toEqual(['/c'])
  })

  it.each<[string, Serve]>([
    ['says nothing', () => undefined],
    [
      'does not come to an end',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('{')
      },
    ],
  ])('are given up when a host %s', async (_, serve) => {
    const { at } = await aHost(serve)
    const { find, told } = documents({}, { requestTimeoutMs: 50 })
    expect(problemIn(await find(at('/c')))).toMatch(UNFETCHED)
    expect(told).toEqual([expect.stringContaining('within 50 ms')])
  })

  it('nobody waits longer than the request that asks', async () => {
    const { at } = await aHost(() => undefined)
    const { find } = createClientDocuments({
      outbound: { denyNetworks: [] },
      clock: handSetClock(),
      tell: () => undefined,
      requestTimeoutMs: 500,
    })
    const found = await find(at('/c'), { signal: AbortSignal.abort() }, always)
    expect(problemIn(found)).toContain('did not come in time: try again')
  })

  it('no certificate is trusted but those of the process', async () => {
    const { asked, at } = await aHost(honest)
    const { find } = createClientDocuments({
      outbound: { denyNetworks: [] },
      clock: handSetClock(),
      tell: () => undefined,
    })
    expect(problemIn(await find(at('/c'), unlimited, always))).toMatch(UNFETCHED)
    expect(asked).toEqual([])
  })

  it('nothing is asked of what is no URL of a document, insecure issuers or not', async () => {
    const { find } = documents({ allowInsecureIssuers: true })
    expect(problemIn(await find('http://client.localhost/c'))).toMatch(/^client_id has to be the/)
  })
})

describe('where documents of clients are fetched from', () => {
  it.each([
    ['loopback', 'https://127.0.0.1/c'],
    ['loopback in other clothes', 'https://[::ffff:7f00:1]/c'],
    ['metadata of a cloud', 'https://169.254.169.254/c'],
    ['a private network', 'https://10.1.2.3/c'],
    ['a private network of IPv6', 'https://[fd00::1]/c'],
    ['a carrier', 'https://100.64.0.1/c'],
    ['multicast', 'https://239.1.2.3/c'],
  ])('R25: %s is never asked, and whoever asked hears nothing of it', async (_, clientId) => {
    const { find, told } = documents({ denyNetworks: ['loopback', 'link-local', 'metadata'] })
    expect(problemIn(await find(clientId))).toMatch(UNFETCHED)
    expect(told).toEqual([expect.stringContaining('outbound.denyNetworks of the process forbids')])
  })

  it.each([
    ['client.localhost', undefined],
    ['rebound.example.com', '127.0.0.1'],
    ['inside.example.com', '192.168.1.1'],
    ['metadata.example.com', '169.254.169.254'],
  ])('R25: nor is a name that leads there: %s', async (name, address) => {
    if (address !== undefined) names.set(name, address)
    const { find, told } = documents({ denyNetworks: ['loopback', 'link-local', 'metadata'] })
    expect(problemIn(await find(`https://${name}/c`))).toMatch(UNFETCHED)
    expect(told).toEqual([expect.stringContaining(`Every address of ${name} is in a network`)])
  })

  it('R25: private networks are denied though providers may be there, unless excepted', async () => {
    names.set('inside.localdomain', '10.0.0.1')
    const { find, told } = documents({ denyNetworks: [] })
    expect(problemIn(await find('https://inside.localdomain/c'))).toMatch(UNFETCHED)
    expect(told[0]).toContain('an administrator may except it in outbound.allowNetworks')
    const { at } = await aHost(honest)
    const excepted = documents({ denyNetworks: ['loopback'], allowNetworks: ['127.0.0.0/8'] })
    expect((await excepted.find(at('/c'))).kind).toBe('found')
  })

  it('R25: nobody learns from a sentence whether somebody is there', async () => {
    names.set('inside.example.com', '10.0.0.1')
    const { find } = documents({ denyNetworks: [] })
    const { at } = await aHost((_, response) => void response.socket?.destroy())
    const sentences = [
      problemIn(await find('https://inside.example.com/c')),
      problemIn(await find(at('/c'))),
      problemIn(await find('https://client.localhost:1/c')),
    ]
    const alike = new Set(sentences.map((one) => one.replace(/https:\S+/, '')))
    expect(alike.size).toBe(1)
  })

  it('the operator hears of a host once in ten minutes, and of ten in ten', async () => {
    const { clock, find, told } = documents()
    for (let at = 0; at < 30; at += 1) await find(`https://10.0.0.${at % 15}/${at}`)
    expect(told).toHaveLength(10)
    clock.advance(600_000)
    await find('https://10.0.0.1/again')
    expect(told).toHaveLength(11)
  })
})

describe('many clients', () => {
  it('a host is asked for few documents at a time, and others go on', async () => {
    const held: (() => void)[] = []
    const { at } = await aHost((path, response, url) => {
      if (path === '/fast') return honest(path, response, url)
      held.push(() => send(response, documentOf(url)))
    })
    const { find } = documents()
    const slow = Array.from({ length: 8 }, (_, place) => find(at(`/slow/${place}`)))
    const refused = await find(at('/one-more'))
    expect(problemIn(refused)).toBe(
      'Too many metadata documents are fetched at the moment: try again.',
    )
    expect((await find(at('/fast', 'other'))).kind).toBe('found')
    await vi.waitFor(() => expect(held).toHaveLength(8), patient(30_000))
    for (const answer of held) answer()
    expect((await Promise.all(slow)).map(({ kind }) => kind)).toEqual(Array(8).fill('found'))
    expect((await find(at('/fast'))).kind).toBe('found')
  })

  it('ten thousand that do not exist push out none that does', async () => {
    const { asked, at } = await aHost(honest)
    const { find } = documents()
    await find(at('/good'))
    for (let place = 0; place < 10_000; place += 1) await find(`https://10.0.0.1/${place}`)
    await find(at('/good'))
    expect(asked).toEqual(['/good'])
  })

  it('nobody has a host called over and over: ten of it at once, and one in two seconds', async () => {
    const { asked, at } = await aHost(honest)
    const { clock, find } = documents()
    const kinds: string[] = []
    for (let place = 0; place < 30; place += 1) kinds.push((await find(at(`/x?n=${place}`))).kind)
    expect(kinds).toEqual([...Array(10).fill('found'), ...Array(20).fill('busy')])
    expect(asked).toHaveLength(10)
    expect((await find(at('/x?n=0'))).kind).toBe('found')
    expect((await find(at('/c', 'other'))).kind).toBe('found')
    clock.advance(2_000)
    expect((await find(at('/x?n=28'))).kind).toBe('found')
    expect(problemIn(await find(at('/x?n=29')))).toMatch(/^Too many metadata documents/)
  })

  it('whoever asks is counted for what has to be fetched, and for nothing else', async () => {
    let serve = honest
    const { asked, at } = await aHost((...request) => serve(...request))
    const { clock, find } = documents()
    let taken = 0
    const counting = (): number => {
      taken += 1
      return 0
    }
    await Promise.all(Array.from({ length: 5 }, () => find(at('/c'), counting)))
    await find(at('/c'), counting)
    expect(taken).toBe(1)
    serve = (_, response) => send(response, '', {}, 503)
    clock.advance(300_000)
    expect((await find(at('/c'), counting)).kind).toBe('found')
    expect(taken).toBe(1)
    const waiting = await find(at('/other'), () => 7)
    expect(waiting).toMatchObject({ kind: 'busy', seconds: 7 })
    expect(asked).toEqual(['/c', '/c'])
  })

  it('nor many hosts: thirty at once, and one each fifth of a second', async () => {
    const { clock, find, told } = documents()
    const ask = async (host: number) => problemIn(await find(`https://10.0.1.${host}/c`))
    for (let host = 0; host < 30; host += 1) expect(await ask(host)).toMatch(UNFETCHED)
    expect(await ask(30)).toMatch(/^Too many metadata documents/)
    clock.advance(200)
    expect(await ask(30)).toMatch(UNFETCHED)
    expect(told).toHaveLength(10)
  })

  it('eight hosts that hang leave places to what was known, which is renewed at no rate', async () => {
    const held: (() => void)[] = []
    const hanging = await Promise.all(
      Array.from({ length: 8 }, () =>
        aHost((_, response) => void held.push(() => response.socket?.destroy())),
      ),
    )
    const { asked, at } = await aHost(honest)
    const { clock, find } = documents()
    const eight = Array.from({ length: 8 }, (_, place) => at(`/good/${place}`))
    for (const one of eight) await find(one)
    clock.advance(300_000)
    const slow = Array.from({ length: 64 }, (_, place) =>
      find(hanging[place % 8]?.at(`/slow/${place}`) ?? ''),
    )
    await vi.waitFor(() => expect(held).toHaveLength(30), patient(30_000))
    const renewed = await Promise.all(eight.map((clientId) => find(clientId)))
    expect(renewed.map(({ kind }) => kind)).toEqual(Array(8).fill('found'))
    expect(asked).toHaveLength(16)
    for (const end of held) end()
    await Promise.all(slow)
  })

  it.each<[string, Serve]>([
    ['is away', (_, response) => void response.socket?.destroy()],
    ['has an error', (_, response) => send(response, '', {}, 503)],
    ['is asked too much', (_, response) => send(response, '', {}, 429)],
  ])('a good one stands in for an hour while its host %s', async (_, broken) => {
    let serve = honest
    const { asked, at } = await aHost((...request) => serve(...request))
    const { clock, find } = documents()
    const kind = async () => (await find(at('/c'))).kind
    await kind()
    serve = broken
    clock.advance(300_000)
    expect(await kind()).toBe('found')
    expect(asked).toHaveLength(2)
    clock.advance(29_999)
    expect(await kind()).toBe('found')
    expect(asked).toHaveLength(2)
    clock.advance(3_600_000 - 30_000)
    expect(await kind()).toBe('found')
    expect(asked).toHaveLength(3)
    clock.advance(1)
    expect(await kind()).toBe('refused')
  })

  it.each<[string, Serve]>([
    ['is gone', (_, response) => send(response, '', {}, 404)],
    ['turned bad', (_, response) => send(response, '{}')],
  ])('one that %s does not stand in, nor comes back when its host is away', async (_, broken) => {
    let serve = honest
    const { at } = await aHost((...request) => serve(...request))
    const { clock, find } = documents()
    await find(at('/c'))
    serve = broken
    clock.advance(300_000)
    expect((await find(at('/c'))).kind).toBe('refused')
    serve = (_path, response) => void response.socket?.destroy()
    clock.advance(5_000)
    expect((await find(at('/c'))).kind).toBe('refused')
  })

  it('one stands in for whoever waits no longer', async () => {
    let serve = honest
    const { at } = await aHost((...request) => serve(...request))
    const clock = handSetClock()
    const { find } = createClientDocuments({
      outbound: { caPem: certificates.caPem, denyNetworks: [] },
      clock,
      tell: () => undefined,
      requestTimeoutMs: patient(1_000),
    })
    await find(at('/c'), unlimited, always)
    serve = () => undefined
    clock.advance(300_000)
    expect((await find(at('/c'), { signal: AbortSignal.abort() }, always)).kind).toBe('found')
  })

  it('a host has fifty good ones remembered, and pushes out none of another', async () => {
    const { asked, at } = await aHost(honest)
    const { clock, find } = documents({}, { maxRemembered: 52 })
    await find(at('/real'))
    for (let place = 0; place < 55; place += 1) {
      clock.advance(2_000)
      await find(at(`/${place}`, 'other'))
    }
    await find(at('/5', 'other'))
    await find(at('/real'))
    expect(asked).toHaveLength(56)
    clock.advance(2_000)
    await find(at('/4', 'other'))
    await find(at('/5', 'other'))
    expect(asked).toHaveLength(57)
    clock.advance(2_000)
    await find(at('/6', 'other'))
    expect(asked).toHaveLength(58)
  })

  it('what is remembered is bounded: the one that was wanted longest ago is fetched anew', async () => {
    const { asked, at } = await aHost(honest)
    const { find } = documents({}, { maxRemembered: 3 })
    for (const path of ['/a', '/b', '/c', '/a', '/d']) await find(at(path))
    expect(asked).toEqual(['/a', '/b', '/c', '/d'])
    await find(at('/a'))
    await find(at('/b'))
    expect(asked).toEqual(['/a', '/b', '/c', '/d', '/b'])
  })
})
