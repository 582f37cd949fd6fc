/**
 * The work that is under way under a name, else what `begin` begins. It is forgotten when it has
 * ended, whichever way; what was put in its place meanwhile stays.
 */
export const onceUnderWay = <T>(
  underWay: Map<string, Promise<T>>,
  name: string,
  begin: () => Promise<T>,
): Promise<T> => {
  const running = underWay.get(name)
  if (running !== undefined) return running
  const begun = begin().finally(() => {
    if (underWay.get(name) === begun) underWay.delete(name)
  })
  underWay.set(name, begun)
  return begun
}
