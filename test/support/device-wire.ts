/** A request as a browser sends it to a gateway. */
export interface WireRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** What comes back: the answer of the gateway, or of the upstream behind it. */
export interface WireAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** Whether the upstream was reached. */
  readonly isAllowed: boolean
}

/** Sends a request and waits for its answer. */
export type Send = (request: WireRequest) => Promise<WireAnswer>

/** Every value of a header of an answer. */
export const valuesOf = ({ headers }: Pick<WireAnswer, 'headers'>, name: string) =>
  headers.flatMap(([key, value]) => (key === name ? [value] : []))

/** Why a gateway answered by itself. */
export const reasonOf = (answer: Pick<WireAnswer, 'headers'>): string | undefined =>
  valuesOf(answer, 'x-sallyport-reason')[0]
