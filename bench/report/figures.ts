/** Who a figure is of: the two builds, the first one again, and the two servers that do nothing. */
export type SubjectKey = 'before' | 'after' | 'again' | 'grpc-js' | 'grpc-go'

/** Everything that was measured, by what it is and of whom. */
export interface Figures {
  readonly note: (what: string, subject: SubjectKey, value: number) => void
  /** `undefined`: that was not measured in this run. */
  readonly get: (what: string, subject: SubjectKey) => number | undefined
  /** What a subject needs of what another needs. */
  readonly ratio: (what: string, of: SubjectKey, to: SubjectKey) => number | undefined
}

/** Nothing so far. */
export const createFigures = (): Figures => {
  const noted = new Map<string, number>()
  const get = (what: string, subject: SubjectKey): number | undefined =>
    noted.get(`${what} ${subject}`)
  return {
    note: (what, subject, value) => void noted.set(`${what} ${subject}`, value),
    get,
    ratio: (what, of, to) => {
      const [above, below] = [get(what, of), get(what, to)]
      return above === undefined || below === undefined ? undefined : above / below
    },
  }
}
