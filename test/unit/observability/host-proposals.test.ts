import { describe, expect, it } from 'vitest'
import { createHostProposals } from '../../../src/observability/host-proposals.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'

const aWorld = () => {
  const clock = handSetClock()
  const asked: string[] = []
  const proposals = createHostProposals({
    clock,
    nearest: (host) => {
      asked.push(host)
      return host.startsWith('shpo') ? 'shop.example.com' : undefined
    },
  })
  return { clock, asked, proposals }
}

describe('E5: proposals for a host that nobody serves', () => {
  it('E5: a flood of names costs a search each second, and known ones cost none', () => {
    const { clock, asked, proposals } = aWorld()
    expect(proposals('shpo.example.com')).toBe('shop.example.com')
    for (let at = 0; at < 1_000; at += 1) proposals(`${at}.example.com`)
    expect(asked).toEqual(['shpo.example.com'])
    expect(proposals('shpo.example.com')).toBe('shop.example.com')
    clock.advance(1_000)
    for (let at = 0; at < 1_000; at += 1) proposals(`${at}.example.com`)
    expect(asked).toEqual(['shpo.example.com', '0.example.com'])
  })

  it('E5: is looked for again after half a minute, for resources change', () => {
    const { clock, asked, proposals } = aWorld()
    proposals('shpo.example.com')
    clock.advance(30_000)
    proposals('shpo.example.com')
    expect(asked).toHaveLength(2)
  })

  it('E5: a clock that went back holds nothing up', () => {
    const { clock, asked, proposals } = aWorld()
    proposals('a.example.com')
    clock.advance(-3_600_000)
    proposals('b.example.com')
    expect(asked).toHaveLength(2)
  })
})
