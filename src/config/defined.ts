type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** The same without the members that are unset, as `exactOptionalPropertyTypes` wants it. */
export const defined = <T extends object>(members: T): Defined<T> =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Defined<T>
