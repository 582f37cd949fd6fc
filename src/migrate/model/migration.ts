/** Where a setting of another product goes. */
export type Goes = 'manifest' | 'configuration' | 'gateway' | 'built-in' | 'none'

/** What became of one setting of the input. */
export interface Told {
  /** As it is written there. */
  readonly setting: string
  readonly goes: Goes
  /** Where it went, or why it did not. */
  readonly words: string
  /** Its loss would have let somebody in, so that something is denied until it is decided. */
  readonly closes?: true
}

/** An object as it is written, without its comments. */
export interface WrittenObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly [member: string]: unknown
}

/** One manifest, and what whoever applies it has to know. */
export interface WrittenManifest {
  readonly comments: readonly string[]
  readonly object: WrittenObject
}

/** What becomes of the configuration of another product. */
export interface Migration {
  readonly manifests: readonly WrittenManifest[]
  /** Fields of `sallyport.yaml`. */
  readonly configuration: Readonly<Record<string, unknown>>
  /** Every setting of the input. */
  readonly told: readonly Told[]
}

/** A migration, or why the input cannot be read. */
export type MigrationRead =
  | { readonly kind: 'migrated'; readonly migration: Migration }
  | { readonly kind: 'unreadable'; readonly problems: readonly string[] }

/** What the input does not say. */
export interface MigrationOptions {
  /** Canonical hosts to protect, besides those that the input names. */
  readonly hosts: readonly string[]
  /** The name of the objects; absent: that of the product, or of what the input names. */
  readonly name?: string
  readonly namespace: string
  /** The question whether another name was meant, behind a sentence. */
  readonly meant: (written: string, names: readonly string[]) => string
}

/** A file of the input. */
export interface InputFile {
  readonly name: string
  readonly text: string
}
