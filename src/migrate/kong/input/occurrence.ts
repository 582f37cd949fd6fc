import type { JsonObject } from '../../reading/json.ts'
import type { RankedMatch } from '../../writing/ranked-match.ts'

/** What a plugin is applied to: hosts, and the requests on them. */
export interface KongRoute {
  readonly name: string
  readonly hosts: readonly string[]
  readonly matches: readonly RankedMatch[]
  /** Conditions that cannot be said here. */
  readonly beyond: readonly string[]
  /** The other plugins that are applied to it. */
  readonly others: readonly OtherPlugin[]
}

/** A plugin that is not openid-connect. */
export interface OtherPlugin {
  readonly name: string
  readonly config: JsonObject
}

/** One configuration of the plugin, and every route that it is applied to. */
export interface Occurrence {
  readonly name: string
  readonly namespace: string | undefined
  readonly config: JsonObject
  readonly routes: readonly KongRoute[]
  /** Why the configuration is not whole. */
  readonly lacks: readonly string[]
}

/** A Consumer, by whichever name. */
export interface Consumer {
  readonly username: string | undefined
  readonly customId: string | undefined
  readonly id: string | undefined
}

/** What the files of an installation say. */
export interface KongInput {
  readonly occurrences: readonly Occurrence[]
  /** The routes that the plugin is not applied to. */
  readonly bare: readonly KongRoute[]
  readonly consumers: readonly Consumer[]
}

/** The plugin that is read. */
export const PLUGIN = 'openid-connect'
