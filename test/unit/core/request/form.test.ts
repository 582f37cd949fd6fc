import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepableForm } from '../../../../src/core/request/form.ts'
import { aRequest, aRule, NAVIGATION, type RequestSketch } from '../../../support/builders.ts'

const FORM = {
  ...NAVIGATION,
  'sec-fetch-site': 'same-origin',
  origin: 'https://shop.example.com:8443',
  'content-type': 'application/x-www-form-urlencoded',
}

const keep = (sketch: RequestSketch, maxBytes: number | 'none' = 64) =>
  keepableForm(
    aRequest({
      method: 'POST',
      authority: 'shop.example.com:8443',
      headers: FORM,
      body: 'a=1',
      ...sketch,
    }),
    aRule(maxBytes === 'none' ? {} : { keepFormsMaxBytes: maxBytes }),
  )

const without = (name: keyof typeof FORM): Record<string, string> => {
  const { [name]: _, ...rest } = FORM
  return rest
}

describe('a form can wait for a login', () => {
  it('field by field, in order, names more than once and in any script', () => {
    expect(keep({ body: 'a=1&b=%C3%BC+%26&a=2&c&=d&e=x=y' })).toEqual({
      fields: [
        ['a', '1'],
        ['b', 'ü &'],
        ['a', '2'],
        ['c', ''],
        ['', 'd'],
        ['e', 'x=y'],
      ],
    })
  })

  it('whatever its query holds, as long as all of it can be returned to', () => {
    expect(keep({ path: `/orders?q=${'é'.repeat(100)}` })).toBeDefined()
  })

  it('even if it is empty', () => expect(keep({ body: '' })).toEqual({ fields: [] }))

  it.each([
    [
      'a browser without fetch metadata that names its origin',
      {
        origin: FORM.origin,
        'content-type': FORM['content-type'],
        accept: 'text/html',
      },
    ],
    ['a browser that names no origin', without('origin')],
    [
      'a charset of UTF-8',
      {
        ...FORM,
        'content-type': 'application/x-www-form-urlencoded; charset="UTF-8"',
      },
    ],
    ['a length', { ...FORM, 'content-length': '3' }],
    ['a gateway that sent it whole', { ...FORM, 'x-envoy-auth-partial-body': 'false' }],
  ])('of %s', (_, headers) => expect(keep({ headers })).toBeDefined())

  it('as the browser sends it again', () => {
    const names = fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 5 })
    fc.assert(
      fc.property(names, (pairs) => {
        const wellFormed = pairs.filter((pair) => pair.every((text) => text.isWellFormed()))
        const body = new URLSearchParams(wellFormed.map(([n, v]): [string, string] => [n, v]))
        expect(keep({ body: body.toString() }, 65_536)).toEqual({ fields: wellFormed })
      }),
    )
  })
})

describe('R19: nothing else is kept', () => {
  it('R19: unless the rule says so', () => expect(keep({}, 'none')).toBeUndefined())

  it.each([
    ['another method', { method: 'PUT' }],
    ['a body over the bound', { body: `a=${'x'.repeat(63)}` }],
    ['no body at all', { body: undefined as never }],
    ['an invalid escape', { body: 'a=%zz' }],
    ['bytes that are no UTF-8', { body: 'a=%ff' }],
    ['a raw byte beyond ASCII', { body: 'a=ü' }],
    ['a line end', { body: 'a=1\n' }],
  ])('R19: %s', (_, sketch) => expect(keep(sketch)).toBeUndefined())

  it('R19: more than 500 fields', () => {
    expect(keep({ body: `${'a&'.repeat(499)}a` }, 65_536)?.fields).toHaveLength(500)
    expect(keep({ body: `${'a&'.repeat(500)}a` }, 65_536)).toBeUndefined()
  })

  it.each([
    ['another site', { ...FORM, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['another site that hides its origin', { ...FORM, origin: 'null' }],
    ['a sibling host', { ...FORM, 'sec-fetch-site': 'same-site' }],
    ['another port', { ...FORM, origin: 'https://shop.example.com' }],
    ['plain http', { ...FORM, origin: 'http://shop.example.com:8443' }],
    ['nobody knows where', { 'content-type': FORM['content-type'], accept: 'text/html' }],
    ['the address bar', { ...FORM, 'sec-fetch-site': 'none' }],
    ['a script', { ...FORM, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
    ['a frame', { ...FORM, 'sec-fetch-dest': 'iframe' }],
    ['a script that says so', { ...FORM, 'x-requested-with': 'XMLHttpRequest' }],
  ])('R19: what comes from %s', (_, headers) => expect(keep({ headers })).toBeUndefined())

  it.each([
    ['no type', without('content-type')],
    ['files', { ...FORM, 'content-type': 'multipart/form-data; boundary=x' }],
    ['plain text', { ...FORM, 'content-type': 'text/plain' }],
    ['JSON', { ...FORM, 'content-type': 'application/json' }],
    [
      'another charset',
      {
        ...FORM,
        'content-type': 'application/x-www-form-urlencoded; charset=iso-8859-1',
      },
    ],
    ['a body cut off by the gateway', { ...FORM, 'x-envoy-auth-partial-body': 'true' }],
    ['a body of another length', { ...FORM, 'content-length': '4' }],
  ])('R19: %s', (_, headers) => expect(keep({ headers })).toBeUndefined())
})
