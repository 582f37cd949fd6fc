/**
 * Asks when it is first asked, and keeps what that came to for everybody; what failed is asked anew
 * the next time, so that a moment's want, as of file descriptors, does not last.
 */
export const untilItWorks = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | undefined
  return () => {
    if (asked !== undefined) return asked
    const asking = ask()
    asked = asking
    asking.catch(() => {
      asked = undefined
    })
    return asking
  }
}
