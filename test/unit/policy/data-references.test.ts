import { expect, test } from 'vitest'
import { finish } from '../../../src/core/time/steps.ts'
import { compile } from '../../../src/policy/compile.ts'
import { dataReferences } from '../../../src/policy/data-references.ts'
import type { LastGood } from '../../../src/policy/in-force.ts'
import type { Resource } from '../../../src/policy/resource/resource.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../support/resources.ts'
import { withDefaults } from '../../support/schema-defaults.ts'

const withCa = (kind: 'ConfigMap' | 'Secret', name: string) =>
  anIdentityProvider('shop/keycloak', { tls: { caRef: { kind, name, key: 'ca.crt' } } })

const lastGoodOf = (resources: readonly Resource[]): LastGood =>
  compile({
    resources,
    invalid: [],
    hash: (text) => text,
    options: { allowInsecureIssuers: false },
  }).lastGood

test('what providers and clients name is named in their own namespace', () => {
  const resources = [withCa('ConfigMap', 'ca'), anOidcClient('blog/blog'), aProtectedRoute()]
  expect(finish(dataReferences(resources))).toEqual([
    { kind: 'ConfigMap', namespace: 'shop', name: 'ca' },
    { kind: 'Secret', namespace: 'blog', name: 'shop-oidc' },
  ])
})

test('what several name is there once, and data names nothing', () => {
  const resources = [anOidcClient('shop/a'), anOidcClient('shop/b'), aSecret()]
  expect(finish(dataReferences(resources))).toEqual([
    { kind: 'Secret', namespace: 'shop', name: 'shop-oidc' },
  ])
})

test('R29: what last good versions name stays named', () => {
  const previous = lastGoodOf([withCa('Secret', 'ca'), anOidcClient()])
  expect(finish(dataReferences([], previous))).toEqual([
    { kind: 'Secret', namespace: 'shop', name: 'ca' },
    { kind: 'Secret', namespace: 'shop', name: 'shop-oidc' },
  ])
})

test('what decision points name is named, of rules too, and stays so as long as they are in force', () => {
  const external = (name: string) => ({
    ...withDefaults('ProtectedRoute', {
      hosts: ['a.example.com'],
      authorize: [
        {
          external: {
            opa: { url: 'https://opa.example.com/v1/data/a/b' },
            credentialsRef: { name: `${name}-token` },
            tls: { caRef: { name: `${name}-ca` } },
          },
        },
      ],
    }).authorize[0],
  })
  const route = aProtectedRoute('shop/shop', {
    authorize: [external('route')],
    rules: [
      {
        name: 'own',
        match: [{ path: { prefix: '/own' } }],
        public: false,
        authorize: [external('rule')],
      },
    ],
  })
  const named = [
    { kind: 'ConfigMap', namespace: 'shop', name: 'route-ca' },
    { kind: 'Secret', namespace: 'shop', name: 'route-token' },
    { kind: 'ConfigMap', namespace: 'shop', name: 'rule-ca' },
    { kind: 'Secret', namespace: 'shop', name: 'rule-token' },
  ]
  expect(finish(dataReferences([route]))).toEqual(named)
  expect(finish(dataReferences([], lastGoodOf([route])))).toEqual(expect.arrayContaining(named))
})

test('R29: the keys that open tokens are named, of rules too, and stay so while in force', () => {
  const bearer = (name: string) => ({
    bearer: {
      providerRef: { name: 'keycloak' },
      audiences: ['api'],
      maxBytes: 65536,
      decryptionKeyRef: { name, key: 'tls.key' },
    },
  })
  const route = aProtectedRoute('shop/shop', {
    authenticate: [bearer('of-route')],
    rules: [
      {
        name: 'own',
        match: [{ path: { prefix: '/own' } }],
        public: false,
        authenticate: [bearer('of-rule')],
      },
    ],
  })
  const client = anOidcClient('shop/shop', {
    idToken: { decryptionKeyRef: { name: 'of-client', key: 'tls.key' } },
  })
  const named = ['shop-oidc', 'of-client', 'of-route', 'of-rule'].map((name) => ({
    kind: 'Secret',
    namespace: 'shop',
    name,
  }))
  expect(finish(dataReferences([client, route]))).toEqual(named)
  const previous = lastGoodOf([client, route])
  expect(finish(dataReferences([], previous))).toEqual(named)
})
