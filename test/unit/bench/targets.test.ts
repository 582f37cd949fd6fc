import { describe, expect, it } from 'vitest'
import { createFigures } from '../../../bench/report/figures.ts'
import { standings, TARGETS, targetTable } from '../../../bench/report/targets.ts'

const standingOf = (figures: ReturnType<typeof createFigures>, what: string, to?: string) => {
  const found = standings(figures).find(({ target }) => target.what === what && target.to === to)
  if (found === undefined) throw new Error(`There is no target for ${what}`)
  return found
}

describe('the table of targets', () => {
  it('meets a ratio that is as large as it may be', () => {
    const figures = createFigures()
    figures.note('cpu session', 'before', 100)
    figures.note('cpu session', 'after', 20)
    expect(standingOf(figures, 'cpu session', 'before')).toMatchObject({ got: 0.2, isMet: true })
  })

  it('misses one that is larger, and says by how much', () => {
    const figures = createFigures()
    figures.note('cpu session', 'grpc-go', 40)
    figures.note('cpu session', 'after', 42)
    expect(standingOf(figures, 'cpu session', 'grpc-go').isMet).toBe(false)
    expect(targetTable(figures)).toContain(
      '| cached session | the no-op on grpc-go | 0.70 | 1.05 | ✗ 1.50 of what it may be |',
    )
  })

  it('judges an absolute figure by what the newer build needs', () => {
    const figures = createFigures()
    figures.note('garbage session', 'before', 58)
    figures.note('garbage session', 'after', 9.96)
    expect(standingOf(figures, 'garbage session')).toMatchObject({ got: 9.96, isMet: true })
    expect(targetTable(figures)).toContain('| garbage per session hit |  | 10 KiB | 10.0 KiB | ✓ |')
  })

  it('never meets what was not measured', () => {
    const all = standings(createFigures())
    expect(all.map(({ isMet }) => isMet)).toEqual(TARGETS.map(() => false))
    expect(targetTable(createFigures()).match(/not measured/g)).toHaveLength(TARGETS.length)
  })

  it('never meets what was lost in noise', () => {
    const figures = createFigures()
    figures.note('session RSS', 'after', -5.8)
    expect(standingOf(figures, 'session RSS').isMet).toBe(false)
    expect(targetTable(figures)).toContain('| ✗ lost in noise |')
  })

  it('has every bound of the hot path', () => {
    const bounds = TARGETS.map(({ what, to, atMost }) => `${what} ${to ?? 'itself'} ${atMost}`)
    expect(bounds).toMatchInlineSnapshot(`
      [
        "cpu session before 0.2",
        "cpu session grpc-js 0.35",
        "cpu session grpc-go 0.7",
        "cpu jwt-seen before 0.2",
        "cpu jwt-seen grpc-js 0.35",
        "cpu jwt-seen grpc-go 0.7",
        "cpu public before 0.2",
        "cpu public grpc-js 0.35",
        "cpu public grpc-go 0.7",
        "cpu refused-401 before 0.22",
        "cpu refused-401 grpc-js 0.45",
        "cpu refused-403 before 0.22",
        "cpu refused-403 grpc-js 0.45",
        "cpu redirect before 0.3",
        "cpu redirect grpc-js 1.6",
        "cpu no-session before 0.3",
        "cpu no-session grpc-js 1.6",
        "cpu no-token before 0.25",
        "cpu forged before 0.45",
        "cpu jwt-unseen before 0.35",
        "cpu redis before 0.45",
        "way ratio introspected itself 1.1",
        "way ratio exchanged itself 1.1",
        "way ratio dpop itself 2.5",
        "device ratio bound itself 1.1",
        "device ratio bound-anew itself 1.6",
        "traced ratio session itself 1.05",
        "traced ratio jwt-seen itself 1.05",
        "traced ratio public itself 1.05",
        "traced ratio redirect itself 1.05",
        "garbage session itself 10",
        "p99 session before 0.35",
        "p99 session grpc-js 0.5",
        "p99 redirect before 0.35",
        "p99 redirect grpc-js 0.5",
        "session RSS itself 2.2",
        "block 20000 itself 50",
        "start CPU before 0.5",
        "idle RSS before 0.65",
      ]
    `)
  })
})
