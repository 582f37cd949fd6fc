import { describe, expect, it } from 'vitest'
import {
  aServerPolicy,
  aServerWorld,
  authorizePath,
  ISSUER,
  LISTED,
  LOOPBACK,
  locationOf,
  RESOURCE,
} from '../../../support/authorization-server.ts'
import { headersOf } from '../../../support/verdicts.ts'

const asked = async (changes: Readonly<Record<string, string | null>>, document?: object) => {
  const world = aServerWorld()
  return world.browser().open(authorizePath(await world.registered(document), changes))
}

const DOCUMENT = 'https://client.example.org/oauth.json'

const withDocument = (redirectURIs: readonly string[], name?: string) => {
  const documentHosts = { any: false, hosts: new Set<string>(), below: ['.example.org'] }
  const world = aServerWorld(aServerPolicy({ documentHosts }))
  const named = name === undefined ? {} : { name }
  world.ports.foundDocument = {
    kind: 'found',
    document: { clientId: DOCUMENT, redirectURIs, ...named },
  }
  return world
}

describe('an authorization request', () => {
  it.each([
    ['a client id that is none', { client_id: 'made-up' }, 'authorization_client_unknown'],
    ['no client id', { client_id: null }, 'authorization_client_unknown'],
    ['the redirect URI of another', { redirect_uri: LISTED }, 'authorization_redirect_refused'],
    ['no redirect URI', { redirect_uri: null }, 'authorization_redirect_refused'],
    [
      'another path of the loopback interface',
      { redirect_uri: 'http://127.0.0.1:4711/other' },
      'authorization_redirect_refused',
    ],
    [
      'another name of the loopback interface',
      { redirect_uri: 'http://localhost:4711/callback' },
      'authorization_redirect_refused',
    ],
  ])('with %s is a page, and leads nowhere', async (_, changes, reason) => {
    const page = await asked(changes)
    expect(page).toMatchObject({ reason, status: 400, content: 'page' })
    expect(headersOf(page, 'location')).toEqual([])
    expect(page.onward).toBeUndefined()
  })

  it('may name another port of the loopback interface than was registered', async () => {
    const page = await asked({ redirect_uri: 'http://127.0.0.1:5000/callback' })
    expect(page.reason).toBe('authorization_consent_asked')
  })

  it('is refused once the operator takes the redirect URI off the list', async () => {
    const world = aServerWorld()
    const id = await world.registered({ redirect_uris: [LISTED] })
    const path = authorizePath(id, { redirect_uri: LISTED })
    expect((await world.browser().open(path)).reason).toBe('authorization_consent_asked')
    world.ports.policy = aServerPolicy({ redirectURIs: new Set() })
    expect((await world.browser().open(path)).reason).toBe('authorization_redirect_refused')
  })

  it.each([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no challenge', { code_challenge: null }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no method', { code_challenge_method: null }, 'invalid_request'],
    ['another resource', { resource: `${ISSUER}/other` }, 'invalid_target'],
    ['a resource elsewhere', { resource: 'https://api.example.com/mcp' }, 'invalid_target'],
    ['scopes that nobody may have', { scope: 'admin root' }, 'invalid_scope'],
    ['no person to be asked', { prompt: 'none' }, 'consent_required'],
    ['a request object', { request: 'x' }, 'request_not_supported'],
    ['a request URI', { request_uri: 'x' }, 'request_uri_not_supported'],
    ['another response mode', { response_mode: 'fragment' }, 'invalid_request'],
    ['an endless state', { state: 'x'.repeat(1_025) }, 'invalid_request'],
  ])('with %s goes back to the client with an error', async (_, changes, error) => {
    const answer = await asked(changes)
    expect(answer).toMatchObject({ reason: 'authorization_request_refused', status: 302 })
    const { searchParams, origin } = locationOf(answer)
    expect(origin).toBe('http://127.0.0.1:4711')
    expect(searchParams.get('error')).toBe(error)
    expect(searchParams.get('iss')).toBe(ISSUER)
    expect(searchParams.get('error_description')).toMatch(/^[ !#-[\]-~]+$/)
  })

  it('with a parameter twice is refused', async () => {
    const world = aServerWorld()
    const path = authorizePath(await world.registered())
    const { searchParams } = locationOf(await world.ask(`${path}&scope=mcp`))
    expect(searchParams.get('error')).toBe('invalid_request')
    const twice = await world.ask(`${path}&client_id=x`)
    expect(twice.reason).toBe('authorization_client_unknown')
  })

  it('puts nothing of a state into a header but encoded', async () => {
    const state = 'a\r\nset-cookie: x=1&error=no#'
    const answer = await asked({ state, scope: 'root' })
    const [location = ''] = headersOf(answer, 'location')
    expect(location).toMatch(/^[!-~]+$/)
    expect(new URL(location).searchParams.get('state')).toBe(state)
    expect(new URL(location).hash).toBe('')
  })

  it.each([RESOURCE, `${RESOURCE}/`, null])('takes %s for the resource', async (resource) => {
    expect((await asked({ resource })).consent?.resource).toBe('Orders')
  })

  it.each([
    ['mcp offline_access root', ['mcp', 'offline_access']],
    [null, ['mcp']],
  ])('of the scopes %s asks for those that may be had', async (scope, scopes) => {
    expect((await asked({ scope })).consent?.scopes).toEqual(scopes)
  })

  it('of a program that opens it without cookies costs nothing', async () => {
    const world = aServerWorld()
    const path = authorizePath(await world.registered())
    await world.ask(path)
    expect(world.ports.calls.relay).toEqual([])
    expect((await world.browser().open(path)).reason).toBe('authorization_consent_asked')
  })

  it('says where a code goes that leaves this computer', async () => {
    const list = { redirect_uris: [LISTED, 'cursor://anysphere.cursor/callback'] }
    const web = await asked({ redirect_uri: LISTED }, list)
    expect(web.consent?.goesTo).toBe('https://app.example.com')
    const program = await asked({ redirect_uri: 'cursor://anysphere.cursor/callback' }, list)
    expect(program.consent?.goesTo).toBe('cursor:')
  })
})

describe('a client that is known by its document', () => {
  it('is asked for by its URL, and shown with its host', async () => {
    const world = withDocument([LOOPBACK], 'Desk')
    const page = await world.browser().open(authorizePath(DOCUMENT))
    expect(page.consent).toMatchObject({ name: 'Desk', claimedHost: 'client.example.org' })
    expect(world.ports.calls.document).toEqual([DOCUMENT])
  })

  it.each([
    ['is vouched for where its code goes to a web host', LISTED, 'documentHost'],
    ['is a claim where its code goes to a program', LOOPBACK, 'claimedHost'],
    ['is a claim where a scheme is', 'cursor://anysphere.cursor/callback', 'claimedHost'],
  ])('has a host that %s', async (_, redirect_uri, member) => {
    const world = withDocument([redirect_uri])
    const { consent } = await world.browser().open(authorizePath(DOCUMENT, { redirect_uri }))
    expect(consent).toMatchObject({ [member]: 'client.example.org' })
    expect(consent).not.toHaveProperty(member === 'documentHost' ? 'claimedHost' : 'documentHost')
  })

  it.each([
    ['Claude", of claude.ai - verified "x', 'Claude , of claude.ai - verified x'],
    ['Claude“ „von« ‹claude.ai› 「x」 ″y″ ＂z', 'Claude von claude.ai x y z'],
    ["Bob's Desk, l’app", "Bob's Desk, l’app"],
    ['"“”"', undefined],
  ])('called %s never ends its own quotation', async (name, shown) => {
    const byDocument = withDocument([LOOPBACK], name)
    const page = await byDocument.browser().open(authorizePath(DOCUMENT))
    expect(page.consent?.name).toBe(shown)
    const registered = await asked({}, { redirect_uris: [LOOPBACK], client_name: name })
    expect(registered.consent?.name).toBe(shown)
  })

  it.each([
    ['its own host', 'https://client.example.org/callback', 'authorization_consent_asked'],
    ['a listed one', LISTED, 'authorization_consent_asked'],
    ['another host', 'https://evil.example/callback', 'authorization_redirect_refused'],
    [
      'its host on another port',
      'https://client.example.org:8443/',
      'authorization_redirect_refused',
    ],
  ])('may have codes sent to %s', async (_, redirect_uri, reason) => {
    const world = withDocument([redirect_uri])
    const page = await world.browser().open(authorizePath(DOCUMENT, { redirect_uri }))
    expect(page.reason).toBe(reason)
  })

  it.each([
    'https://client.example.com/oauth.json',
    'https://example.org/oauth.json',
    'https://client.example.org:8443/oauth.json',
    'http://client.example.org/oauth.json',
    'https://client.example.org@evil.example/',
  ])('is not looked for at %s, whose host is not listed', async (clientId) => {
    const world = withDocument([LOOPBACK])
    const page = await world.browser().open(authorizePath(clientId))
    expect(page.reason).toBe('authorization_client_unknown')
    expect(world.ports.calls.document).toEqual([])
  })

  it.each([
    ['no person to be asked', { prompt: 'none' }, 'consent_required'],
    ['an endless state', { state: 'x'.repeat(1_025) }, 'invalid_request'],
    ['another resource', { resource: `${ISSUER}/other` }, 'invalid_target'],
  ])('sends nobody to its own host by an error: %s', async (_, changes, error) => {
    const redirect_uri = 'https://client.example.org/login?a=1'
    const world = withDocument([redirect_uri])
    const page = await world.browser().open(authorizePath(DOCUMENT, { redirect_uri, ...changes }))
    expect(page).toMatchObject({
      reason: 'authorization_error_shown',
      status: 400,
      content: 'page',
      members: { error },
    })
    expect(headersOf(page, 'location')).toEqual([])
    expect(page.onward).toBeUndefined()
    const [way] = page.ways
    expect(way?.label).toMatchObject({ values: { place: 'https://client.example.org' } })
    const { searchParams } = new URL(way?.href ?? '')
    expect([...searchParams.keys()].toSorted()).toContain('error_description')
    expect(searchParams.get('error')).toBe(error)
    expect(searchParams.get('iss')).toBe(ISSUER)
  })

  it.each([LISTED, LOOPBACK])('is sent errors at once at %s', async (redirect_uri) => {
    const world = withDocument([redirect_uri])
    const page = await world.ask(authorizePath(DOCUMENT, { redirect_uri, prompt: 'none' }))
    expect(page).toMatchObject({ reason: 'authorization_request_refused', status: 302 })
  })

  it('is looked for so often by one network, and is not unknown for that', async () => {
    const world = withDocument([LOOPBACK])
    world.ports.documentWait = 6
    const page = await world.ask(authorizePath(DOCUMENT), { address: '2001:db8::1' })
    expect(page).toMatchObject({ reason: 'authorization_client_busy', status: 503 })
    expect(headersOf(page, 'retry-after')).toEqual(['6'])
    expect(world.ports.calls.document).toEqual([])
    await world.ask(authorizePath(DOCUMENT), { address: '2001:db8::2' })
    const [first, second] = world.ports.calls.documentRate
    expect(first).toBe(second)
    expect(first).toContain('shop.example.com')
  })

  it('is told why its document is not taken', async () => {
    const world = withDocument([LOOPBACK])
    world.ports.foundDocument = { kind: 'refused', problem: 'The document is too long.' }
    const page = await world.browser().open(authorizePath(DOCUMENT))
    expect(page).toMatchObject({
      reason: 'authorization_client_unknown',
      members: { error_description: 'The document is too long.' },
    })
  })
})
