import { expect, it } from 'vitest'
import type { Exchange, Upstream } from '../../../../src/core/policy/upstream.ts'
import { foreignHeaderNotes, upstreamWords } from '../../../../src/explain/words/upstream-words.ts'
import { aClient } from '../../../support/builders.ts'

const said = (upstream: Partial<Upstream>) =>
  upstreamWords({ authorization: 'AccessToken', headers: [], ...upstream }).slice(4)

it('what an upstream gets is said with its form, and what passes', () => {
  const headers = [
    {
      name: 'x-groups',
      told: { kind: 'claim', path: ['realm', 'groups'] },
      format: 'CommaSeparated',
      encoding: 'UTF8',
    },
    { name: 'x-site', told: { kind: 'text', text: 'north' }, format: 'JSON', encoding: 'Percent' },
  ] as const
  expect(said({ authorization: 'Keep', headers, passHeaders: new Set(['remote-user']) })).toEqual([
    'x-groups (claim realm.groups, CommaSeparated, UTF8)',
    'x-site (always north)',
    'remote-user as the caller sent it',
    'authorization as the caller sent it',
  ])
})

it.each([
  ['AccessToken', 'authorization (the access token)'],
  ['IDToken', 'authorization (the ID token)'],
  ['Remove', 'no authorization header'],
] as const)('%s is said as %j', (authorization, words) =>
  expect(said({ authorization })).toEqual([words]),
)

it('an exchange is said with its target, and as whom', () => {
  const words = (exchange: Partial<Exchange>) =>
    upstreamWords(
      { authorization: 'Exchange', headers: [] },
      { scopes: [], takesOpaque: false, ...exchange },
    ).at(-1)
  expect(words({ audience: 'orders' })).toBe(
    'authorization (what the provider exchanges the access token for, for the audience orders)',
  )
  expect(words({ audience: 'orders', actor: aClient({ name: 'shop/gateway' }) })).toBe(
    'authorization (what the provider exchanges the access token for, for the audience orders, with shop/gateway acting)',
  )
  const client = aClient({ name: 'shop/backend' })
  const scopes = ['a', 'b']
  expect(words({ resource: 'https://o.example', scopes, takesOpaque: true, client })).toBe(
    'authorization (what the provider exchanges the access token for, for the resource https://o.example, the scopes a b, JWT or not, as shop/backend for whoever has no session)',
  )
})

it('a preset is named with each of its headers', () => {
  expect(said({ compatibility: 'ModAuthOpenIDC' })).toEqual([
    'oidc_claim_<name of each claim> (as ModAuthOpenIDC sets it)',
    'oidc_access_token (as ModAuthOpenIDC sets it)',
    'oidc_access_token_expires (as ModAuthOpenIDC sets it)',
    'authorization (the access token)',
  ])
})

it('identity headers of other products that a request shows are said to be removed, and by which field they pass', () => {
  const names = ['x-forwarded-user', 'Remote_User', 'x-tenant', 'x-forwarded-for']
  const notes = (upstream: Partial<Upstream> = {}) =>
    foreignHeaderNotes(names, { authorization: 'AccessToken', headers: [], ...upstream })
  expect(notes()).toEqual([
    expect.stringMatching(/^x-forwarded-user is an identity header .*`upstream\.passHeaders`/),
    expect.stringMatching(/^Remote_User is an identity header/),
  ])
  expect(notes({ passHeaders: new Set(['x-forwarded-user']) })).toHaveLength(1)
  expect(notes({ compatibility: 'OAuth2Proxy' })).toHaveLength(1)
})
