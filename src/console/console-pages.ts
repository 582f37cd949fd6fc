import type { ConsoleData } from '../core/console/console-data.ts'
import type { ConsolePage } from './page/page.ts'
import { decisionsPage } from './pages/decisions.ts'
import { decisionsFeed } from './pages/decisions-feed.ts'
import { explainPage } from './pages/explain.ts'
import { overviewPage } from './pages/overview.ts'
import { problemsPage } from './pages/problems.ts'
import { providersPage } from './pages/providers.ts'
import { routePage } from './pages/route.ts'
import { routesPage } from './pages/routes.ts'
import { endPage } from './pages/sessions/end.ts'
import { sessionPage } from './pages/sessions/session.ts'
import { type SessionPageDeps, sessionsPage } from './pages/sessions/sessions.ts'

/** What pages are made with. */
export interface PageDeps extends SessionPageDeps {
  readonly data: ConsoleData
  /** Calls once after a time, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
}

/** Every page of the console, in the order of the navigation. */
export const consolePages = (deps: PageDeps): readonly ConsolePage[] => {
  const { data } = deps
  return [
    overviewPage(data),
    routesPage(data),
    routePage(data),
    providersPage(data),
    problemsPage(data),
    decisionsPage(data),
    decisionsFeed(deps),
    sessionsPage(deps),
    sessionPage(deps),
    endPage(deps),
    explainPage(data),
  ]
}
