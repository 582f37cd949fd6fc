import { consolePages } from '../../src/console/console-pages.ts'
import type { ConsoleData } from '../../src/core/console/console-data.ts'
import { unlimited } from './check-ports.ts'
import { consoleUnderTest } from './console-under-test.ts'
import { handSetClock } from './hand-set-clock.ts'
import { type HandSetTimers, handSetTimers } from './hand-set-timers.ts'

const nothing = async (): Promise<never> => {
  throw new Error('No page of these asks for sessions.')
}

/** A console with every page that shows this data. */
export const consoleShowing = (
  data: ConsoleData,
): ReturnType<typeof consoleUnderTest> & { readonly timers: HandSetTimers } => {
  const timers = handSetTimers(handSetClock())
  const pages = consolePages({
    data,
    after: timers.after,
    directory: { list: nothing, find: nothing, end: nothing },
    newBudget: () => unlimited,
  })
  return { ...consoleUnderTest({ pages }), timers }
}
