import type { Told } from '../model/migration.ts'
import { withoutAbsent } from '../reading/json.ts'
import { objectName } from '../writing/names.ts'
import type { Part } from '../writing/part.ts'
import type { KongRoute } from './input/occurrence.ts'
import { otherPlugins } from './other-plugins.ts'

/** Routes without the plugin that nobody gets in by. */
export interface BareParts {
  readonly parts: readonly Part[]
  readonly told: readonly Told[]
}

const bare = (route: KongRoute, guarded: readonly Part[]): BareParts => {
  const hosts = route.hosts.filter((host) => guarded.some((one) => one.hosts.includes(host)))
  const beside = guarded.find((one) => one.hosts.some((host) => hosts.includes(host)))
  const { closed, told } = otherPlugins({ ...route, beyond: [] }, undefined)
  if (beside === undefined || closed.length === 0) return { parts: [], told: [] }
  const { clientRef, authenticate } = beside.settings
  const part: Part = {
    place: { ...beside.place, name: objectName(route.name, beside.place.name) },
    hosts,
    matches: route.matches,
    settings: withoutAbsent({ clientRef, authenticate }),
    rules: [],
    closed,
    comments: [],
  }
  return { parts: [part], told }
}

/**
 * The routes beside those with the plugin which another plugin restricts: a rule of the plugin that
 * holds for a shorter path would open them.
 */
export const bareParts = (routes: readonly KongRoute[], guarded: readonly Part[]): BareParts => {
  const all = routes.map((route) => bare(route, guarded))
  return { parts: all.flatMap(({ parts }) => parts), told: all.flatMap(({ told }) => told) }
}
