/** Who is next: each group in turn, and within it first come, first served. */
export interface Turns<T> {
  /** Has no effect on a member that waits already. */
  readonly add: (group: string, member: T) => void
  /** Takes the next out; `undefined` if nobody waits. */
  readonly next: () => T | undefined
  readonly isEmpty: () => boolean
}

/**
 * Nobody waits yet. A group with thousands of members is served as often as one with a single
 * member.
 */
export const createTurns = <T>(): Turns<T> => {
  const groups = new Map<string, Set<T>>()
  return {
    add: (group, member) => {
      const members = groups.get(group) ?? new Set()
      members.add(member)
      groups.set(group, members)
    },
    next: () => {
      for (const [group, members] of groups) {
        groups.delete(group)
        for (const member of members) {
          members.delete(member)
          if (members.size > 0) groups.set(group, members)
          return member
        }
      }
      return undefined
    },
    isEmpty: () => groups.size === 0,
  }
}
