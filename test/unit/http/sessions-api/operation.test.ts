import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseOperation } from '../../../../src/http/sessions-api/operation.ts'

const ID = 'A'.repeat(43)

const operationOf = (method: string, target: string) => {
  const parsed = parseOperation(method, target)
  if (parsed.kind !== 'operation') throw new Error(`no operation: ${JSON.stringify(parsed)}`)
  return parsed.operation
}

const problemsOf = (method: string, target: string): readonly string[] => {
  const parsed = parseOperation(method, target)
  if (parsed.kind !== 'bad_request') throw new Error(`no problems: ${JSON.stringify(parsed)}`)
  return parsed.problems.map(({ parameter, message }) => `${parameter} ${message}`)
}

describe('what a request to the admin API asks for', () => {
  it('lists by every parameter, and is always bounded', () => {
    expect(operationOf('GET', '/v1/sessions')).toEqual({
      kind: 'list',
      query: {},
      page: { limit: 100 },
    })
    const after = `0.1795392000000.${ID}`
    const target = `/v1/sessions?subject=a%20b+c&client=shop/shop&host=SHOP.example.com&issuer=https%3A%2F%2Fsso&limit=1000&after=${after}`
    expect(operationOf('GET', target)).toEqual({
      kind: 'list',
      query: {
        subject: 'a b c',
        client: 'shop/shop',
        host: 'shop.example.com',
        issuer: 'https://sso',
      },
      page: { limit: 1000, after: { list: 0, expiresAtMs: 1_795_392_000_000, id: ID } },
    })
  })

  it('shows and ends one session by its id', () => {
    expect(operationOf('GET', `/v1/sessions/${ID}`)).toEqual({ kind: 'show', id: ID })
    expect(operationOf('DELETE', `/v1/sessions/${ID}`)).toEqual({
      kind: 'end',
      selector: { kind: 'session', id: ID },
    })
  })

  it('ends by subject, by client, or everything', () => {
    const selectorOf = (query: string) => {
      const operation = operationOf('DELETE', `/v1/sessions?${query}`)
      return operation.kind === 'end' ? operation.selector : undefined
    }
    expect(selectorOf('subject=alice')).toEqual({ kind: 'subject', subject: 'alice' })
    expect(selectorOf('subject=alice&issuer=https://sso&client=shop/shop')).toEqual({
      kind: 'subject',
      subject: 'alice',
      issuer: 'https://sso',
      client: 'shop/shop',
    })
    expect(selectorOf('client=shop/shop')).toEqual({ kind: 'client', client: 'shop/shop' })
    expect(selectorOf('everything=true')).toEqual({ kind: 'everything' })
  })

  it('ends nothing that was not named', () => {
    const nothing =
      'subject or client or everything=true must say what is to end: nothing is ended without being named'
    expect(problemsOf('DELETE', '/v1/sessions')).toEqual([nothing])
    expect(problemsOf('DELETE', '/v1/sessions?')).toEqual([nothing])
    expect(problemsOf('DELETE', '/v1/sessions?issuer=https://sso')).toEqual([nothing])
    for (const query of ['everything=false', 'everything=1', 'everything=TRUE']) {
      expect(problemsOf('DELETE', `/v1/sessions?${query}`)).toEqual([
        'everything must be true, or left out',
      ])
    }
    expect(problemsOf('DELETE', '/v1/sessions?everything=true&subject=alice')).toEqual([
      'everything cannot be joined with others: name what is to end, or everything',
    ])
    expect(problemsOf('DELETE', '/v1/sessions?client=shop/shop&issuer=x')).toEqual([
      'issuer needs subject beside it',
    ])
    expect(problemsOf('DELETE', '/v1/sessions?subject=')).toEqual([
      'subject is empty: give it a value or leave it out',
    ])
    expect(problemsOf('DELETE', '/v1/sessions?host=shop.example.com')).toEqual([
      'host is not known here: use subject, issuer, client, everything',
    ])
  })

  it('tells every problem at once', () => {
    const long = 'x'.repeat(1025)
    expect(
      problemsOf(
        'GET',
        `/v1/sessions?limit=0&after=x&client=shop&subject=%ff&issuer=a&issuer=b&host=${long}&page=2&x%0Ay=1`,
      ),
    ).toEqual([
      'subject is not encoded as a URL demands: encode it as UTF-8',
      'issuer is there more than once: keep one',
      'host is longer than 1024 characters',
      'page is not known here: use subject, client, host, issuer, limit, after',
      'x\\ny is not known here: use subject, client, host, issuer, limit, after',
      'client must be the namespace and name of an OIDCClient, such as shop/shop',
      'limit must be a whole number from 1 to 1000',
      'after must be the `next` of the page before',
    ])
  })

  it.each(['1e2', '-1', '1001', '+5', '0x10', '١٠', '5.0'])('%s is no limit', (limit) => {
    expect(problemsOf('GET', `/v1/sessions?limit=${encodeURIComponent(limit)}`)).toEqual([
      'limit must be a whole number from 1 to 1000',
    ])
  })

  it.each(['%00', '%0d%0a', '%7f', '%c2%85'])('%s is in no value', (encoded) => {
    expect(problemsOf('GET', `/v1/sessions?subject=a${encoded}`)).toEqual([
      'subject holds control characters',
    ])
  })

  it('knows two paths and two methods', () => {
    for (const path of ['/', '/v1', '/v1/sessions/', '/v1/sessions/x', `/v1/sessions/${ID}/x`]) {
      expect(parseOperation('GET', path)).toEqual({ kind: 'not_found' })
    }
    expect(parseOperation('GET', 'http://host/v1/sessions')).toEqual({ kind: 'not_found' })
    for (const method of ['POST', 'PUT', 'HEAD', 'OPTIONS', 'get', '']) {
      const wrong = { kind: 'wrong_method', allow: 'GET, DELETE' }
      expect(parseOperation(method, '/v1/sessions')).toEqual(wrong)
      expect(parseOperation(method, `/v1/sessions/${ID}`)).toEqual(wrong)
    }
  })

  it('R34: nothing makes it throw, and a list is always bounded', () => {
    const query = fc.string({ unit: 'binary', maxLength: 200 })
    fc.assert(
      fc.property(fc.constantFrom('GET', 'DELETE'), query, (method, text) => {
        const parsed = parseOperation(method, `/v1/sessions?${text}`)
        if (parsed.kind !== 'operation' || parsed.operation.kind !== 'list') return
        expect(parsed.operation.page.limit).toBeLessThanOrEqual(1000)
      }),
    )
  })
})
