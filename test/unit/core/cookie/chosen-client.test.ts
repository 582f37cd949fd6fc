import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  choiceNameOf,
  clientsInOrder,
  clientToSignInWith,
  signInWays,
  wantedPath,
} from '../../../../src/core/cookie/chosen-client.ts'
import { aClient, aPolicy, aRequest, aRule } from '../../../support/builders.ts'

const withoutHint = (raw: string): string =>
  wantedPath({ path: { ...aRequest().path, raw } }, aRule())

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

describe('a hint that is written percent-encoded', () => {
  const clients = ['a', 'b'].map((name) => aClient({ name: `shop/${name}` }))
  const policy = aPolicy({ clients })

  it.each([
    'sallyport%5Fprovider=b',
    '%73allyport_provider=%62',
    'sallyport%5fprovider=b',
    's%61llyport%5Fprovid%65r=b',
  ])('A19: %s is read as the client, and is gone where the login returns to', (pair) => {
    for (const path of [`/p?${pair}`, `/p?x=%2f&${pair}&y`, `/p??=1&${pair}`]) {
      expect(clientToSignInWith(policy, aRequest({ path }))).toBe(clients[1])
      expect(withoutHint(path)).not.toContain(pair)
    }
    expect(withoutHint(`/p?x=%2f&${pair}&y`)).toBe('/p?x=%2f&y')
  })

  it('A19: with a name that no client has shows links that lead on, each once', () => {
    const path = '/p?x=1&sallyport%5Fprovider=nobody&sallyport%5Fremember=yes'
    expect(clientToSignInWith(policy, aRequest({ path }))).toBeUndefined()
    expect(signInWays(policy, withoutHint(path)).map(({ href }) => href)).toEqual([
      '/p?x=1&sallyport_provider=a',
      '/p?x=1&sallyport_provider=b',
    ])
  })

  it('A19: is whatever a reader of the query takes for one, and nothing else', () => {
    const letter = fc.constantFrom(...'sallyport_provider=&%73?+5F')
    fc.assert(
      fc.property(
        fc.array(letter).map((letters) => letters.join('')),
        (query) => {
          const left = withoutHint(`/p?${query}`)
          const parameters = new URLSearchParams(`&${left.slice(left.indexOf('?') + 1)}`)
          expect(left.includes('?') && parameters.has('sallyport_provider')).toBe(false)
          if (!new URLSearchParams(`&${query}`).has('sallyport_provider')) {
            expect(left).toBe(`/p?${query}`)
          }
        },
      ),
    )
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
