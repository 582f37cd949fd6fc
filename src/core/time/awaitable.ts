/**
 * A value that is there already, or will be. A check that needs no I/O is answered without a
 * promise.
 */
export type Awaitable<T> = T | Promise<T>

/**
 * Applies `next` now when the value is there, else when it comes. Errors travel as they would with
 * `await`.
 */
export const andThen = <T, U>(
  value: Awaitable<T>,
  next: (value: T) => Awaitable<U>,
): Awaitable<U> => (value instanceof Promise ? value.then(next) : next(value))
