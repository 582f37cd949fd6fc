/** Where a value came from. */
export type Origin =
  | {
      readonly kind: 'file'
      readonly file: string
      readonly line: number
      readonly column: number
    }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'default' }

/** Something in the process's configuration that must be mended. */
export interface ConfigProblem {
  /** Names joined by dots, for example `sessions.redis.url`; empty for the whole file. */
  readonly field: string
  /** What is wrong and what to do, so that it reads on from the field's name. */
  readonly message: string
  readonly origin: Origin
}

/** An origin as a prefix of a line: `sallyport.yaml:3:5`, a variable, a flag, or nothing. */
const formatOrigin = (origin: Origin): string => {
  switch (origin.kind) {
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`
    case 'environment':
      return origin.variable
    case 'flag':
      return origin.flag
    case 'default':
      return ''
  }
}

/** One line for an operator: where, which field, what and how to mend it. */
export const formatConfigProblem = ({ field, message, origin }: ConfigProblem): string =>
  [formatOrigin(origin), [field, message].filter((part) => part !== '').join(' ')]
    .filter((part) => part !== '')
    .join(': ')
