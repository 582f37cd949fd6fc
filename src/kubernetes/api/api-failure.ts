/** Why something was not read from the API server, in a sentence without its full stop. */
export interface ApiFailure {
  readonly message: string
  /** The HTTP status; absent where there was no answer, or a broken one. */
  readonly status?: number
  readonly retryAfterSeconds?: number
}

/** What a connection error says, without the address that its reader knows. */
export const failureOf = (error: unknown): ApiFailure => {
  if (!(error instanceof Error)) return { message: String(error) }
  const code = 'code' in error ? String(error.code) : ''
  const message = error.message === '' ? code : error.message
  return { message: message === '' ? 'the connection failed' : message }
}
