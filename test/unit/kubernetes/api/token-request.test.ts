import { expect, it } from 'vitest'
import type { ApiAnswer } from '../../../../src/kubernetes/api/api-calls.ts'
import type { ApiWrite } from '../../../../src/kubernetes/api/api-server.ts'
import {
  createRequestToken,
  type TokenAsked,
} from '../../../../src/kubernetes/api/token-request.ts'

const asked = { namespace: 'shop', name: 'shop-login', audience: 'https://sso', seconds: 600 }

const requested = async (answer: ApiAnswer, wanted: TokenAsked = asked) => {
  const writes: ApiWrite[] = []
  const write = async (one: ApiWrite): Promise<ApiAnswer> => {
    writes.push(one)
    return answer
  }
  const outcome = await createRequestToken({ write })(wanted, new AbortController().signal)
  return { writes, outcome }
}

it('a token is created for one service account, one audience and a time', async () => {
  const { writes, outcome } = await requested({ ok: true, object: { status: { token: 'a.b.c' } } })
  expect(outcome).toEqual({ ok: true, token: 'a.b.c' })
  expect(writes).toEqual([
    {
      method: 'POST',
      path: '/api/v1/namespaces/shop/serviceaccounts/shop-login/token',
      object: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { audiences: ['https://sso'], expirationSeconds: 600 },
      },
    },
  ])
})

it('one without an audience is left to the API server', async () => {
  const { audience: _, ...own } = asked
  const { writes } = await requested({ ok: true, object: { status: { token: 'a.b.c' } } }, own)
  expect(writes[0]?.object).toMatchObject({ spec: { expirationSeconds: 600 } })
  expect(Object(writes[0]?.object).spec).not.toHaveProperty('audiences')
})

it('a refusal is handed on, and an answer without a token is one', async () => {
  const failure = { message: 'the API server answered 403', status: 403 }
  expect((await requested({ ok: false, failure })).outcome).toEqual({ ok: false, failure })
  for (const object of [undefined, null, {}, { status: {} }, { status: { token: '' } }, 'token']) {
    expect((await requested({ ok: true, object })).outcome).toMatchObject({ ok: false })
  }
})
