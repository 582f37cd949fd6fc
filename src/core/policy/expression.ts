/** A value that an expression came to, as JSON. */
export type ExpressionValue =
  | string
  | number
  | boolean
  | null
  | readonly ExpressionValue[]
  | { readonly [name: string]: ExpressionValue }

/** Who is calling, as far as an expression can look at it. */
export interface AskedIdentity {
  readonly issuer: string
  readonly subject: string
  readonly via: string
  readonly client?: string
  readonly scopes: readonly string[]
  readonly claims: { readonly [name: string]: ExpressionValue }
}

/** What is asked for and when, as far as an expression can look at it. */
export interface AskedRequest {
  readonly nowMs: number
  readonly request: {
    readonly method: string
    readonly host: string
    readonly path: {
      readonly canonical: string
      readonly unambiguous: boolean
      readonly query: string
    }
    readonly header: (name: string) => string | undefined
    readonly headerNames: () => readonly string[]
    readonly encoding: 'text' | 'bytes'
    readonly address?: string
  }
}

/** What an expression came to, or why it came to nothing. */
export type Evaluated =
  | { readonly kind: 'value'; readonly value: ExpressionValue }
  /** `detail` says where and what, and holds no value of anything. */
  | { readonly kind: 'failed'; readonly detail: string }

/** A compiled expression in CEL (https://cel.dev). Never throws, and ends within its limit. */
export interface Expression {
  /** As the operator wrote it. */
  readonly written: string
  /** Whether it looks at the identity alone, or at the request, its source or the time as well. */
  readonly looksAt: 'identity' | 'request'
  /** The claims without which it comes to nothing, one name per level each. */
  readonly claims: readonly (readonly string[])[]
  /** Without `asked`, what looks at the request comes to nothing. */
  readonly evaluate: (identity: AskedIdentity, asked?: AskedRequest) => Evaluated
}

/**
 * How many characters all expressions of one object may have together: reading them takes some
 * milliseconds for each of the longest, and whoever writes routes writes as many as they like.
 */
export const MOST_EXPRESSION_CHARACTERS = 32_768

/** What an expression is for: to decide, or to tell a value. */
export type ExpressionUse = 'condition' | 'value'

/** An expression, or everything that is wrong with it. */
export type CompiledExpression =
  | { readonly ok: true; readonly expression: Expression }
  /** Each completes the sentence "The expression …". */
  | { readonly ok: false; readonly messages: readonly string[] }

/** Compiles an expression. */
export type CompileExpression = (written: string, use: ExpressionUse) => CompiledExpression
