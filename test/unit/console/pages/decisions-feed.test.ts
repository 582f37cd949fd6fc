import { expect, it } from 'vitest'
import type { SiteStream } from '../../../../src/core/console/console-site.ts'
import { aDecision, consoleDataSaying } from '../../../support/console-data.ts'
import { consoleShowing } from '../../../support/console-pages.ts'

/** A feed that was asked for, and a reader who keeps up unless it is told not to. */
const aFeed = async (query = '', fed = consoleDataSaying('text')) => {
  const { ask, timers } = consoleShowing(fed.data)
  const { status, headers, body } = await ask(`/console/decisions/feed${query}`)
  const written: string[] = []
  let ended = 0
  let keepsUp = true
  const stream = body as SiteStream
  const begin = () =>
    stream.begin(
      (text) => {
        written.push(text)
        return keepsUp
      },
      () => {
        ended += 1
      },
    )
  const slow = (isSlow: boolean): void => {
    keepsUp = !isSlow
  }
  const take = (): string => written.splice(0).join('')
  return { ...fed, status, headers, begin, timers, take, slow, ended: () => ended }
}

it('tells what comes as events, in one line of JSON each', async () => {
  const { status, headers, begin, tell, take } = await aFeed()
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/event-stream')
  begin()
  tell(aDecision({ number: 5, host: 'a\nb' }))
  const [name, data = '', ...rest] = take().split('\n')
  expect(name).toBe('event: decision')
  expect(rest).toEqual(['', ''])
  const { number, tone, cells } = JSON.parse(data.slice('data: '.length))
  expect([number, tone, cells.slice(1, 4)]).toEqual([5, 'warn', ['a\nb', 'reject', 'no_policy']])
})

it('whoever comes back hears first what was missed, and nothing twice', async () => {
  const all = [7, 6, 5, 4].map((number) => aDecision({ number }))
  const fed = consoleDataSaying('text', { recentDecisions: () => all })
  const { begin, take } = await aFeed('?after=5', fed)
  begin()
  const numbers = [...take().matchAll(/"number":(\d+)/g)].map(([, number]) => Number(number))
  expect(numbers).toEqual([6, 7])
})

it('no more than twenty are told in a second, and the rest are counted', async () => {
  const { begin, tell, take, timers } = await aFeed()
  begin()
  for (let nth = 0; nth < 50; nth += 1) tell(aDecision({ number: nth }))
  expect(take().split('event: decision')).toHaveLength(21)
  timers.pass(1_000)
  expect(take()).toBe('event: skipped\ndata: {"count":30}\n\n')
  tell(aDecision())
  expect(take()).toContain('event: decision')
})

it('whoever does not read is sent next to nothing, and dropped after ten seconds', async () => {
  const { begin, tell, take, timers, slow, ended, followers } = await aFeed()
  begin()
  slow(true)
  tell(aDecision())
  take()
  for (let nth = 0; nth < 500; nth += 1) tell(aDecision())
  expect(take()).toBe('')
  for (let second = 0; second < 9; second += 1) timers.pass(1_000)
  expect([take(), ended(), followers()]).toEqual([':\n\n'.repeat(9), 0, 1])
  timers.pass(1_000)
  expect([ended(), followers(), timers.waiting()]).toEqual([1, 0, []])
})

it('whoever reads again is told how much there was meanwhile', async () => {
  const { begin, tell, take, timers, slow } = await aFeed()
  begin()
  slow(true)
  tell(aDecision())
  tell(aDecision())
  slow(false)
  timers.pass(1_000)
  timers.pass(1_000)
  expect(take()).toContain('event: skipped\ndata: {"count":1}\n\n')
  tell(aDecision({ number: 9 }))
  expect(take()).toContain('"number":9')
})

it('it is over after a minute, so that whoever may look no longer is asked again', async () => {
  const { begin, take, timers, ended, followers } = await aFeed()
  begin()
  for (let second = 0; second < 59; second += 1) timers.pass(1_000)
  expect([ended(), followers()]).toEqual([0, 1])
  take()
  timers.pass(1_000)
  expect([take(), ended(), followers(), timers.waiting()]).toEqual([
    ':\n\nevent: over\ndata: {}\n\n',
    1,
    0,
    [],
  ])
})

it('a reader who leaves is followed by nothing', async () => {
  const { begin, followers, timers } = await aFeed()
  const leave = begin()
  leave()
  expect([followers(), timers.waiting()]).toEqual([0, []])
})

it('where too many follow already, it says so and ends', async () => {
  const { begin, take, ended, timers } = await aFeed('', consoleDataSaying('text', {}, 0))
  begin()
  expect([take(), ended(), timers.waiting()]).toEqual(['event: full\ndata: {}\n\n', 1, []])
})

it.each(['cross-site', 'same-site'])('a page of another site follows nothing: %s', async (site) => {
  const fed = consoleDataSaying('text')
  const { ask } = consoleShowing(fed.data)
  const headers = { 'sec-fetch-site': site }
  const { status, body, use } = await ask('/console/decisions/feed', { headers })
  expect([status, typeof body, use?.outcome]).toEqual([403, 'string', 'forbidden'])
})

it('a browser that says nothing of where it comes from may follow', async () => {
  const { ask } = consoleShowing(consoleDataSaying('text').data)
  const { status } = await ask('/console/decisions/feed', { headers: { 'sec-fetch-site': '' } })
  expect(status).toBe(200)
})
