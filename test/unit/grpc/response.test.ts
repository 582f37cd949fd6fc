import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Allow, Header, Verdict } from '../../../src/core/decision/decision.ts'
import { deny } from '../../../src/core/decision/deny.ts'
import type { Present } from '../../../src/core/decision/presentation.ts'
import { reasons } from '../../../src/core/reason/reason.ts'
import { createAnswering } from '../../../src/grpc/response.ts'
import { decodeCheckResponse } from '../../support/check-codec.ts'
import type { CheckResponse, HeaderValueOption } from '../../support/check-messages.ts'

const present: Present = (denial) => ({
  headers: [['content-type', 'text/html']],
  body: `page of ${denial.reason}`,
})
const caller = { requestId: 'request-1', header: () => undefined }

const respond = (verdict: Verdict, by = present): CheckResponse =>
  decodeCheckResponse(createAnswering({ present: by })(verdict, caller).response)

const okOf = (response: CheckResponse) => {
  if (!('okResponse' in response)) throw new Error('The response denies.')
  return response.okResponse
}

const deniedOf = (response: CheckResponse) => {
  if (!('deniedResponse' in response)) throw new Error('The response allows.')
  return response.deniedResponse
}

const anAllow = (changes: Partial<Allow> = {}): Allow => ({
  kind: 'allow',
  reason: 'allowed',
  setHeaders: [],
  removeHeaders: [],
  about: {},
  ...changes,
})

const valuesOf = (headers: readonly HeaderValueOption[], name: string): readonly string[] =>
  headers.flatMap(({ header }) => (header.key === name ? [header.value] : []))

const deniedInternally = (response: CheckResponse): void => {
  expect(response.status.code).toBe(14)
  expect(deniedOf(response).status.code).toBe(503)
  expect(valuesOf(deniedOf(response).headers, 'x-sallyport-reason')).toEqual(['internal'])
}

describe('an allow', () => {
  it('has status code 0 and overwrites by either field that Envoy may read', () => {
    const response = respond(anAllow({ setHeaders: [['x-auth-subject', 'alice']] }))
    expect(response.status).toEqual({ code: 0 })
    expect(okOf(response).headers).toEqual([
      {
        header: { key: 'x-auth-subject', value: 'alice' },
        append: { value: false },
        appendAction: 2,
        keepEmptyValue: true,
      },
    ])
  })

  it('R8: never removes a name that it sets, as Envoy removes after it sets', () => {
    const response = respond(
      anAllow({
        setHeaders: [['x-auth-subject', 'alice']],
        removeHeaders: ['x-auth-subject', 'x_auth_subject'],
      }),
    )
    expect(okOf(response).headersToRemove).toEqual(['x_auth_subject'])
  })

  it('replaces headers of the answer of the upstream, and adds to what it varies by', () => {
    const responseHeaders: readonly Header[] = [
      ['access-control-allow-origin', 'https://app.example.com'],
      ['vary', 'Origin'],
    ]
    const prepared = { setHeaders: [], removeHeaders: [], reason: 'allowed' as const, about: {} }
    for (const more of [{}, { ...prepared, prepared }]) {
      const { responseHeadersToAdd } = okOf(respond(anAllow({ ...more, responseHeaders })))
      expect(responseHeadersToAdd).toEqual([
        {
          header: { key: 'access-control-allow-origin', value: 'https://app.example.com' },
          append: { value: false },
          appendAction: 2,
          keepEmptyValue: true,
        },
        { header: { key: 'vary', value: 'Origin' }, appendAction: 0 },
      ])
    }
  })

  it('may write the path anew', () => {
    for (const more of [
      {},
      { prepared: { setHeaders: [], removeHeaders: [], reason: 'allowed' as const, about: {} } },
    ]) {
      const written = respond(anAllow({ ...more, path: '/orders?id=7&ä' }))
      expect(valuesOf(okOf(written).headers, ':path')).toEqual(['/orders?id=7&ä'])
    }
  })

  it.each(['', 'orders', '/a b', '/a\r\nx', '/\0'])('never writes the path %j', (path) => {
    deniedInternally(respond(anAllow({ path })))
  })
})

describe('a denial', () => {
  it('carries its status, its headers, the page and the headers of the page', () => {
    const denied = deniedOf(respond(deny('claim_mismatch')))
    expect(denied.status).toEqual({ code: 403 })
    expect(valuesOf(denied.headers, 'x-sallyport-reason')).toEqual(['claim_mismatch'])
    expect(valuesOf(denied.headers, 'content-type')).toEqual(['text/html'])
    expect(denied.body).toBe('page of claim_mismatch')
  })

  it('without content has no body', () => {
    const headers: readonly Header[] = [['location', 'https://sso.example.com/']]
    const denied = deniedOf(respond(deny('login_required', { headers, content: 'none' })))
    expect(denied).toMatchObject({ status: { code: 302 }, body: '' })
    expect(valuesOf(denied.headers, 'content-type')).toEqual([])
  })

  it('sets every cookie on a line of its own: the deprecated append stays unset', () => {
    const headers: readonly Header[] = [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]
    const cookies = deniedOf(respond(deny('signed_out', { headers }))).headers.filter(
      ({ header }) => header.key === 'set-cookie',
    )
    expect(cookies).toEqual([
      { header: { key: 'set-cookie', value: 'a=1' }, appendAction: 0 },
      { header: { key: 'set-cookie', value: 'b=2' }, appendAction: 0 },
    ])
  })

  it.each([
    ['claim_mismatch', 7],
    ['signed_out', 7],
    ['login_required', 7],
    ['token_expired', 16],
    ['internal', 14],
  ] as const)(
    'R1: %s leaves with gRPC code %i in its status, so Envoy cannot read an allow',
    (reason, code) => {
      expect(respond(deny(reason)).status.code).toBe(code)
    },
  )
})

describe('R1: what is no verdict leaves as a denied 503', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an empty object', {}],
    ['a string', 'allow'],
    ['an unknown kind', { kind: 'permit', setHeaders: [], removeHeaders: [] }],
    ['an allow without headers', { kind: 'allow' }],
    ['a denial without a status', { kind: 'deny', headers: [], content: 'none' }],
    ['a denial with status 0', { ...deny('internal'), status: 0 }],
    ['a denial with status 600', { ...deny('internal'), status: 600 }],
    ['a header without a value', { ...anAllow(), setHeaders: [['x-auth-subject']] }],
  ])('%s', (_what, garbage) => {
    deniedInternally(respond(garbage as Verdict))
  })

  it('and so does a page that cannot be rendered, without a page', () => {
    const response = respond(deny('claim_mismatch'), () => {
      throw new Error('no page')
    })
    deniedInternally(response)
    expect(deniedOf(response).body).toBe('')
  })

  it('R34: no garbage whatever becomes an allow', () => {
    const kind = fc.oneof(fc.constantFrom('deny', 'Allow', 'allow '), fc.anything())
    const garbage = fc.oneof(
      fc.anything(),
      fc.record({ kind, status: fc.anything(), headers: fc.anything() }, { requiredKeys: [] }),
      fc.record({ kind, setHeaders: fc.constant([]), removeHeaders: fc.constant([]) }),
    )
    fc.assert(
      fc.property(garbage, (value) => {
        const isAllow = (value as { kind?: unknown } | null | undefined)?.kind === 'allow'
        fc.pre(!isAllow)
        const response = respond(value as Verdict)
        expect('okResponse' in response).toBe(false)
        expect(response.status.code).toBeGreaterThan(0)
        expect(deniedOf(response).status.code).toBeGreaterThanOrEqual(200)
      }),
    )
  })

  it('the header with the reason can be switched off, and nothing else goes with it', () => {
    const respondWithout = createAnswering({ present, reasonHeader: false })
    const { headers } = deniedOf(
      decodeCheckResponse(respondWithout(deny('no_policy'), caller).response),
    )
    const names = headers.map(({ header }) => header.key)
    expect(names).not.toContain('x-sallyport-reason')
    expect(names).toContain('cache-control')
  })

  it('the verdict that is reported is the one that left', () => {
    const { verdict } = createAnswering({ present })({} as Verdict, caller)
    expect(verdict).toMatchObject({ kind: 'deny', reason: 'internal', status: 503 })
  })
})

describe('R9: a header that would end its line never leaves', () => {
  const bad: readonly Header[] = [
    ['x-auth-subject', 'alice\r\nx-admin: true'],
    ['x-auth-subject', 'alice\nx'],
    ['x-auth-subject', 'alice\0'],
    ['x-auth-subject', 'alice\u007f'],
    ['x-auth-subject\r\nx-admin', 'true'],
    [':path', '/admin'],
    ['', 'x'],
  ]

  it.each(bad)('towards the upstream: %j', (name, value) => {
    deniedInternally(respond(anAllow({ setHeaders: [[name, value]] })))
  })

  it.each(bad)('towards the downstream: %j', (name, value) => {
    deniedInternally(respond(deny('claim_mismatch', { headers: [[name, value]] })))
  })

  it('R34: whatever the value, no control byte but the tab is in an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const sent = JSON.stringify(respond(anAllow({ setHeaders: [['x-auth-email', value]] })))
        expect(sent).not.toMatch(/\\[rnbf]|\\u00[01]|\u007f/)
      }),
    )
  })
})

describe('C16: a gRPC caller', () => {
  const grpc = (type: string) => ({
    requestId: 'request-1',
    header: (name: string) => (name === 'content-type' ? type : undefined),
  })
  const toGrpc = (verdict: Verdict, type = 'application/grpc') =>
    deniedOf(decodeCheckResponse(createAnswering({ present })(verdict, grpc(type)).response))

  it.each(['application/grpc', 'application/grpc+proto', 'application/grpc-web+proto'])(
    'C16: of type %s gets one sentence, and no content type that would hide it',
    (type) => {
      const { body, headers, status } = toGrpc(deny('token_expired'), type)
      expect(body).toBe('The access token has expired.')
      expect(status.code).toBe(401)
      expect(valuesOf(headers, 'content-type')).toEqual([])
      expect(valuesOf(headers, 'x-sallyport-reason')).toEqual(['token_expired'])
    },
  )

  it.each([
    [302, 401],
    [303, 401],
    [400, 400],
    [401, 401],
    [403, 403],
    [404, 404],
    [429, 403],
    [431, 400],
    [408, 400],
    [502, 503],
    [503, 503],
  ])('C16: gets %i as %i, which Envoy has a code for', (status, sent) => {
    expect(toGrpc(deny('login_required', { status, content: 'none' })).status.code).toBe(sent)
  })

  it('C16: every reason is one line of printable ASCII, as a gRPC message is', () => {
    for (const reason of Object.keys(reasons) as (keyof typeof reasons)[]) {
      const { body, status } = toGrpc(deny(reason))
      expect(body).toMatch(/^[ -~]+[.]$/)
      expect([400, 401, 403, 404, 503]).toContain(status.code)
    }
  })

  it('C16: another type that begins alike is none', () => {
    expect(toGrpc(deny('no_policy'), 'text/html').body).toBe('page of no_policy')
  })
})
