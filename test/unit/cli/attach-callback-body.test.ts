import { afterEach, describe, expect, test } from 'vitest'
import { gateways } from '../../../src/attach/gateways.ts'
import { type ResourceFolder, resourceFolder, SHOP } from '../../support/resource-folder.ts'
import { sallyport } from './run.ts'

let folder: ResourceFolder | undefined
afterEach(() => folder?.remove())

const ROUTE = ['--host', 'shop.example.com', '--upstream', 'web.shop:8080']

const BODY = /with_request_body:|[bB]ody(?:InCheck|ToExtAuth)?:|include_body:/

describe('the bodies of callbacks', () => {
  const CLIENTS = `${SHOP.replace(
    'clientId: shop\n',
    'clientId: shop\n  callback: { path: /login/done }\n  authorizationRequest: { responseMode: form_post }\n',
  )}---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: by-query, namespace: shop }
spec:
  providerRef: { name: keycloak }
  clientId: by-query
  authentication: { method: none }
  callback: { path: /by/query }
`

  const pathsOf = (out: string): readonly string[] =>
    [...out.matchAll(/match: \{ path: "(.*?)" \}/g)].map(([, path = '']) => path)

  test.each([...gateways.keys()])(
    '%s: are sent along where that is asked for, and otherwise not',
    async (name) => {
      const argv = ['attach', name, ...(gateways.get(name)?.route === 'none' ? [] : ROUTE)]
      expect((await sallyport(...argv)).out).not.toMatch(BODY)
      const { code, out } = await sallyport(...argv, '--callback-body')
      expect(code).toBe(0)
      expect(out).toMatch(BODY)
      expect(out).toContain('8192')
    },
  )

  test('are those of the clients that are answered by a form', async () => {
    folder = resourceFolder({ 'shop.yaml': CLIENTS })
    const { out, err } = await sallyport('attach', 'envoy', '-r', folder.path, '--callback-body')
    expect(err).toBe('')
    expect(pathsOf(out)).toEqual(['/login/done'])
  })

  test('are those at the default path, or at the paths that are named', async () => {
    const argv = ['attach', 'envoy', '--callback-body']
    expect(pathsOf((await sallyport(...argv)).out)).toEqual(['/oauth2/callback'])
    const named = ['--callback-path', '/a', '--callback-path', '/b/c', '--callback-path', '/a']
    expect(pathsOf((await sallyport(...argv, ...named)).out)).toEqual(['/a', '/b/c'])
  })

  test.each([...gateways.keys()])(
    '%s: what clients send that register and get tokens here is sent along by itself',
    async (name) => {
      const argv = ['attach', name, ...(gateways.get(name)?.route === 'none' ? [] : ROUTE)]
      const without = (await sallyport(...argv)).out
      const { code, out } = await sallyport(...argv, '--authorization-server-body')
      expect(code).toBe(0)
      expect(without).not.toMatch(BODY)
      expect(out).toMatch(BODY)
      expect(out).toMatch(/(?:bytes|maxSize|maxRequestBytes|max_bytes): 32768/)
      expect(out).not.toContain('/oauth2/callback')
      if (gateways.get(name)?.takes.includes('callbackPath') !== true) return
      expect(out).toContain('"/oauth2/register"')
      expect(out).toContain('"/oauth2/token"')
    },
  )

  test('are those of both, where both are asked for', async () => {
    const argv = ['attach', 'envoy', '--callback-body', '--authorization-server-body']
    const paths = ['/oauth2/callback', '/oauth2/register', '/oauth2/token']
    expect(pathsOf((await sallyport(...argv)).out)).toEqual(paths)
  })

  test.each([
    [
      'kgateway',
      ['--authorization-server-body'],
      '--authorization-server-body: kgateway sends a body along by the route',
    ],
    ['envoy', ['--callback-path', '/a'], 'none are: add --callback-body'],
    [
      'envoy',
      ['--callback-body', '--callback-path', 'a'],
      '--callback-path: "a" is no callback path',
    ],
    [
      'envoy',
      ['--callback-body', '--callback-path', '/a/../b'],
      'is no callback path: write callback.path',
    ],
    ['istio', ['--callback-body', '--callback-path', '/a'], '--callback-path: nothing of istio'],
    ['kgateway', ['--callback-body'], '--callback-body: kgateway sends a body along by the route'],
    ['envoy-gateway', ['--callback-body'], 'name --host and --upstream'],
  ])('are refused: %s %j', async (name, argv, message) => {
    const { code, out, err } = await sallyport('attach', name, ...argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.trimEnd().split('\n')).toEqual([
      expect.stringContaining(message),
      expect.any(String),
    ])
  })
})
