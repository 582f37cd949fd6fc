import type { BrowserContext, Page } from 'playwright-core'

/** Opens empty tabs. */
export const openTabs = (profile: BrowserContext, count: number): Promise<readonly Page[]> =>
  Promise.all(Array.from({ length: count }, () => profile.newPage()))

/** An address in a tab. */
export interface Visit {
  readonly tab: Page
  readonly url: string
}

/**
 * Visits all of them at once, as a browser that restores its tabs does: no request leaves before
 * all are under way, so none carries a cookie that an answer to another has set.
 */
export const visitAtOnce = async (visits: readonly Visit[]): Promise<void> => {
  const held: (() => Promise<void>)[] = []
  const { promise: complete, resolve } = Promise.withResolvers<void>()
  for (const { tab, url } of visits) {
    await tab.route(url, (route) => {
      if (held.push(() => route.continue()) === visits.length) resolve()
    })
  }
  const arrivals = visits.map(({ tab, url }) => tab.goto(url))
  await complete
  await Promise.all(held.map((release) => release()))
  await Promise.all(arrivals)
  await Promise.all(visits.map(({ tab }) => tab.unrouteAll()))
}
