import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  choiceNameOf,
  clientsInOrder,
  clientToSignInWith,
  signInWays,
  withoutHint,
} from '../../../../src/core/cookie/chosen-client.ts'
import { aClient, aPolicy, aRequest } from '../../../support/builders.ts'

const pair = fc.stringMatching(/^[a-z0-9%+._~=-]{0,12}$/).filter((one) => !one.startsWith('sally'))

describe('R34: the hint in a query', () => {
  it('R34: is taken out wherever it stands, and nothing else changes by a byte', () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), fc.nat(), fc.string(), (pairs, at, value) => {
        const raw = `/p?${pairs.join('&')}`
        const hint = `sallyport_provider=${encodeURIComponent(value)}`
        const withIt = `/p?${pairs.toSpliced(at % (pairs.length + 1), 0, hint).join('&')}`
        expect(withoutHint(withIt)).toBe(raw)
        expect(withoutHint(raw)).toBe(raw)
      }),
    )
  })

  it('leaves no lone question mark behind, and no name that only begins like it', () => {
    expect(withoutHint('/p?sallyport_provider=a')).toBe('/p')
    expect(withoutHint('/p?sallyport_provider')).toBe('/p')
    expect(withoutHint('/p?sallyport_providers=a')).toBe('/p?sallyport_providers=a')
    expect(withoutHint('/sallyport_provider=a')).toBe('/sallyport_provider=a')
  })

  it('that is put in is read back as the client, beside whatever the query holds', () => {
    const clients = ['a', 'b-1.c'].map((name) => aClient({ name: `shop/${name}` }))
    const policy = aPolicy({ clients })
    for (const path of ['/p', '/p?x=1', '/p?x=%26sallyport_provider%3Dother']) {
      const ways = signInWays(policy, path)
      expect(ways.map(({ client }) => client)).toEqual(clients)
      for (const { client, href } of ways) {
        expect(clientToSignInWith(policy, aRequest({ path: href }))).toBe(client)
        expect(withoutHint(href)).toBe(path)
      }
    }
    expect(clients.map(choiceNameOf)).toEqual(['a', 'b-1.c'])
  })
})

describe('the order in which sessions count', () => {
  const clients = ['a', 'b', 'c'].map((name) => aClient({ name: `shop/${name}` }))
  const orderWith = (cookie: string) =>
    clientsInOrder(aPolicy({ clients }), aRequest({ headers: { cookie } })).map(choiceNameOf)

  it('is that of the route, behind the remembered client', () => {
    expect(orderWith('')).toEqual(['a', 'b', 'c'])
    expect(orderWith('__Host-sallyport-provider=c')).toEqual(['c', 'a', 'b'])
    expect(orderWith('__Host-sallyport-provider=nobody')).toEqual(['a', 'b', 'c'])
  })
})
