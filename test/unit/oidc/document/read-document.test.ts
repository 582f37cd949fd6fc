import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../../src/oidc/document/read-document.ts'

const CLIENT_ID = 'https://client.example.com/client.json'
const REDIRECT_URI = 'https://client.example.com/return'

const written = (members: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ client_id: CLIENT_ID, redirect_uris: [REDIRECT_URI], ...members })

const read = (members: Readonly<Record<string, unknown>>) =>
  readDocument(CLIENT_ID, written(members))

const problemOf = (text: string): string => {
  const found = readDocument(CLIENT_ID, text)
  return found.kind === 'refused' ? found.problem : 'found'
}

describe('the document of a client', () => {
  it('says where people come back to, and how it is called', () => {
    const redirectURIs = ['http://127.0.0.1/callback', 'com.example.app:/return']
    const found = read({
      redirect_uris: redirectURIs,
      client_name: 'An agent 👩‍💻',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      x: { y: [1] },
    })
    const document = { clientId: CLIENT_ID, name: 'An agent 👩‍💻', redirectURIs }
    expect(found).toEqual({ kind: 'found', document })
    const plain = { clientId: CLIENT_ID, redirectURIs: [REDIRECT_URI] }
    expect(read({})).toEqual({ kind: 'found', document: plain })
  })

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ client_id: undefined }, 'it names no client_id'],
    [{ client_id: 7 }, 'it names no client_id'],
    [{ client_id: `${CLIENT_ID}/` }, 'it names another client_id'],
    [{ client_id: CLIENT_ID.toUpperCase() }, 'it names another client_id'],
    [{ redirect_uris: undefined }, 'it has no redirect_uris'],
    [{ redirect_uris: REDIRECT_URI }, 'it has no redirect_uris'],
    [{ redirect_uris: [] }, 'it has no redirect_uris'],
    [{ redirect_uris: Array(17).fill(REDIRECT_URI) }, 'it has 17 redirect_uris, and at most 16'],
    [{ redirect_uris: [REDIRECT_URI, 7] }, 'redirect_uris number 2 something that is not a text'],
    [{ redirect_uris: [`https://a.example/${'b'.repeat(512)}`] }, 'number 1 530 characters'],
    [{ redirect_uris: ['/return'] }, 'number 1 something that is not an absolute URI'],
    [{ redirect_uris: [`${REDIRECT_URI}#`] }, 'number 1 a fragment'],
    [{ client_name: 7 }, 'a client_name that is not a text'],
    [{ client_name: ' ' }, 'an empty client_name'],
    [{ client_name: '\u2800' }, 'a client_name without a letter or a digit'],
    [{ client_name: '\u3164\uffa0 \u115f' }, 'a client_name without a letter or a digit'],
    [{ client_name: '\u0301 \u200d' }, 'a client_name without a letter or a digit'],
    [{ client_name: 'a'.repeat(129) }, 'a client_name of 129 characters, and at most 128'],
    [{ client_name: 'a\nb' }, 'characters that cannot be shown'],
    [{ client_name: 'a\u202eb' }, 'characters that cannot be shown'],
    [{ client_name: 'a\u2028b' }, 'characters that cannot be shown'],
    [{ client_name: 'a\ud800' }, 'characters that cannot be shown'],
    [{ token_endpoint_auth_method: 'client_secret_basic' }, 'method client_secret_basic, where'],
    [{ token_endpoint_auth_method: 'private_key_jwt' }, 'asks for private_key_jwt, which is not'],
    [{ token_endpoint_auth_method: '<b>' }, 'method something else'],
    [{ token_endpoint_auth_method: null }, 'method something else'],
    [{ client_secret: 'secret' }, 'has a client_secret, which everybody can read'],
    [{ client_secret: null }, 'has a client_secret'],
    [{ client_secret_expires_at: 0 }, 'has a client_secret'],
  ])('%j is refused', (members, sentence) => {
    const problem = problemOf(written(members)).replace(`${CLIENT_ID} `, `${CLIENT_ID} it `)
    expect(problem).toContain(sentence)
    expect(problem).toMatch(/^The metadata document at [ -~]+\.$/)
  })

  it('tells all that is wrong at once', () => {
    expect(problemOf(written({ client_id: 'x', redirect_uris: [], client_secret: 's' }))).toBe(
      `The metadata document at ${CLIENT_ID} names another client_id: it has to be the URL of the document, letter by letter; it has no redirect_uris: list where people come back to; it has a client_secret, which everybody can read there: leave it out.`,
    )
  })

  it.each([
    '',
    '[]',
    '"a"',
    'null',
    '{',
    `{"a":${'['.repeat(100_000)}`,
    `{"a":${'{"a":'.repeat(50)}1${'}'.repeat(51)}`,
    `${written()}{}`,
  ])('what is no JSON object of a sane depth is refused', (text) => {
    expect(problemOf(text)).toMatch(/is not a JSON object\.$/)
  })

  it('a prototype gives no member', () => {
    const members = `{"client_id":"${CLIENT_ID}","redirect_uris":["${REDIRECT_URI}"]}`
    expect(problemOf(`{"__proto__":${members}}`)).toContain('names no client_id')
    expect(problemOf(`{"constructor":{"prototype":${members}}}`)).toContain('names no client_id')
    expect({}).not.toHaveProperty('client_id')
  })

  it.each([
    ['client_id', `"client_id":"https://evil.example/c","client_id":"${CLIENT_ID}"`],
    ['redirect_uris', `"redirect_uris":["https://evil.example/"],"client_id":"${CLIENT_ID}"`],
    ['client_id', `"client\\u005fid":"https://evil.example/c","client_id":"${CLIENT_ID}"`],
    ['one with an odd name', `"\\n":1,"\\u000a":2,"client_id":"${CLIENT_ID}"`],
  ])('a member that is there twice is refused: %s', (name, members) => {
    const text = `{${members},"redirect_uris":["${REDIRECT_URI}"]}`
    expect(problemOf(text)).toMatch(new RegExp(`has a member twice: ${name}\\.$`))
  })

  it('members within members may be called alike', () => {
    const within = '"a":{"b":1,"c":{"b":[{"a":"}:{"}]}},"b":"a\\":\\\\"'
    const text = `{${within},"client_id":"${CLIENT_ID}","redirect_uris":["${REDIRECT_URI}"]}`
    expect(problemOf(text)).toBe('found')
  })
})
