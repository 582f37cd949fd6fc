import type { ConsolePage } from './page/page.ts'
import { endPage } from './pages/sessions/end.ts'
import { sessionPage } from './pages/sessions/session.ts'
import { type SessionPageDeps, sessionsPage } from './pages/sessions/sessions.ts'

/** What pages are made with. */
export interface PageDeps extends SessionPageDeps {}

/** Every page of the console, in the order of the navigation. */
export const consolePages = (deps: PageDeps): readonly ConsolePage[] => [
  sessionsPage(deps),
  sessionPage(deps),
  endPage(deps),
]
