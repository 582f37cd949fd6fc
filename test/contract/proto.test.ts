import { describe, expect, it } from 'vitest'
import { reasons } from '../../src/core/reason/reason.ts'
import { checkMethod, fullProtos, ownProtos } from '../support/envoy-protos.ts'

const own = checkMethod(ownProtos())
const full = checkMethod(fullProtos())

interface EnumType {
  readonly type: { readonly value: readonly { readonly number: number }[] }
}

const numbersOf = (protos: ReturnType<typeof fullProtos>, name: string): ReadonlySet<number> => {
  const found = protos[name] as EnumType | undefined
  return new Set(found?.type.value.map((entry) => entry.number))
}

const request = {
  attributes: {
    request: {
      http: {
        id: 'id-1',
        method: 'GET',
        path: '/a?b=c',
        host: 'shop.example.com:8443',
        body: 'a=1',
        headers: { ':path': '/a?b=c', cookie: 'a=1; b=2', 'x-ümlaut': 'wért' },
        headerMap: {
          headers: [
            { key: 'cookie', rawValue: Buffer.from('a=1') },
            { key: 'accept', value: '*/*' },
          ],
        },
      },
    },
    source: { address: { socketAddress: { address: '192.0.2.1' } } },
    contextExtensions: { 'sallyport.dev/route': 'shop/shop' },
  },
}

const allowed = {
  status: { code: 0 },
  okResponse: {
    headers: [
      {
        header: { key: 'x-auth-subject', value: 'alice' },
        append: { value: false },
        appendAction: 2,
        keepEmptyValue: true,
      },
    ],
    headersToRemove: ['x_auth_subject', 'cookie'],
    responseHeadersToAdd: [{ header: { key: 'vary', value: 'Origin' }, appendAction: 0 }],
  },
}

const told = {
  fields: {
    reason: { stringValue: 'claim_mismatch' },
    level: { numberValue: 1.5 },
    staff: { boolValue: false },
    groups: { listValue: { values: [{ stringValue: 'a' }, { numberValue: 2 }] } },
  },
}

const denied = {
  status: { code: 7, message: 'claim_mismatch' },
  dynamicMetadata: told,
  deniedResponse: {
    status: { code: 403 },
    headers: [{ header: { key: 'set-cookie', value: 'a=1' }, appendAction: 0 }],
    body: '<!doctype html>',
  },
}

/** What Envoy sends besides, from fields that the subset leaves out, in every wire type. */
const surplus = {
  source: {
    address: { socketAddress: { address: '192.0.2.1', portValue: 4711 } },
    service: 'edge',
    labels: { app: 'edge' },
    principal: 'spiffe://example.com/edge',
  },
  tlsSession: { sni: 'shop.example.com' },
  metadataContext: { filterMetadata: { 'envoy.filters': { fields: { a: { numberValue: 1.5 } } } } },
}
const httpSurplus = { size: '-1', protocol: 'HTTP/2', scheme: 'https', rawBody: Buffer.from([0]) }

describe('the protos of this project and those of Envoy', () => {
  it('name the same method', () => {
    expect(own.path).toBe('/envoy.service.auth.v3.Authorization/Check')
    expect(full.path).toBe(own.path)
    expect([own.requestStream, own.responseStream]).toEqual([false, false])
  })

  it('a check request means the same to both, whoever writes it', () => {
    expect(own.requestDeserialize(own.requestSerialize(request))).toEqual(request)
    expect(own.requestDeserialize(full.requestSerialize(request))).toEqual(request)
    expect(full.requestDeserialize(own.requestSerialize(request))).toEqual(request)
  })

  it('what the subset leaves out is skipped', () => {
    const everything = {
      attributes: {
        ...request.attributes,
        ...surplus,
        request: {
          time: { seconds: '1', nanos: 2 },
          http: { ...request.attributes.request.http, ...httpSurplus },
        },
      },
    }
    expect(own.requestDeserialize(full.requestSerialize(everything))).toEqual(request)
  })

  it.each([
    ['allowed', allowed],
    ['denied', denied],
  ])('the response `%s` means the same to both, whoever writes it', (_kind, response) => {
    expect(full.responseDeserialize(own.responseSerialize(response))).toEqual(response)
    expect(own.responseDeserialize(full.responseSerialize(response))).toEqual(response)
    expect(own.responseSerialize(response)).toEqual(full.responseSerialize(response))
  })

  it('an unset deprecated `append` stays unset on the wire', () => {
    const sent = full.responseDeserialize(own.responseSerialize(denied))
    expect(sent).toMatchObject({ deniedResponse: { headers: [{ header: { key: 'set-cookie' } }] } })
    expect(JSON.stringify(sent)).not.toContain('append"')
  })

  it.each([
    ['APPEND_IF_EXISTS_OR_ADD', 0],
    ['ADD_IF_ABSENT', 1],
    ['OVERWRITE_IF_EXISTS_OR_ADD', 2],
    ['OVERWRITE_IF_EXISTS', 3],
  ])('give the append action %s the same number', (appendAction, number) => {
    const named = { okResponse: { headers: [{ header: { key: 'a' }, appendAction }] } }
    const numbered = { okResponse: { headers: [{ header: { key: 'a' }, appendAction: number }] } }
    expect(own.responseDeserialize(full.responseSerialize(named))).toEqual(numbered)
    expect(full.responseDeserialize(own.responseSerialize(named))).toEqual(numbered)
  })

  it('every status that a reason leaves with is one that Envoy knows', () => {
    const known = numbersOf(fullProtos(), 'envoy.type.v3.StatusCode')
    const sent = [...Object.values(reasons).map((entry) => entry.status), 401]
    expect(sent.filter((status) => !known.has(status))).toEqual([])
  })
})
