/**
 * Runs begun one after the other: what is asked for while one is under way is one run more behind
 * it, however often it is asked for, so that the last run always begins after the last asking.
 * @param run Never rejects.
 * @returns Asks for a run; resolves when it has ended. Where none is under way it is begun at once.
 */
export const oneAtATime = (run: () => Promise<void>): (() => Promise<void>) => {
  let current: Promise<void> | undefined
  let next: Promise<void> | undefined

  const begin = (): Promise<void> => {
    const begun = run().finally(() => {
      current = undefined
    })
    current = begun
    return begun
  }
  return () => {
    if (next !== undefined) return next
    if (current === undefined) return begin()
    next = current.then(() => {
      next = undefined
      return begin()
    })
    return next
  }
}
