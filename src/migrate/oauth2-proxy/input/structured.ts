import { isObject, type JsonObject, listIn } from '../../reading/json.ts'
import type { Setting } from '../../reading/settings.ts'
import { STRUCTURED_NAMES } from '../settings/structured-settings.ts'

const PARTS = ['providers', 'injectRequestHeaders', 'injectResponseHeaders', 'upstreamConfig']

/** Whether a document is a structured (alpha) configuration. */
export const isStructured = (document: JsonObject): boolean =>
  PARTS.some((part) => part in document) && !('kind' in document)

const settingsOfProvider = (value: unknown, path: string, written: string): readonly Setting[] => {
  const name = STRUCTURED_NAMES.get(path)
  if (name !== undefined) return [{ name, written, value }]
  if (!isObject(value) || Object.keys(value).length === 0) {
    return [{ name: written, written, value }]
  }
  return Object.entries(value).flatMap(([key, one]) =>
    settingsOfProvider(one, path === '' ? key : `${path}.${key}`, `${written}.${key}`),
  )
}

/** What should be a list of objects, and is none, is told as a setting that nobody knows. */
const strangeProviders = ({ providers }: JsonObject): readonly Setting[] =>
  providers === undefined || (Array.isArray(providers) && providers.every(isObject))
    ? []
    : [{ name: 'providers', written: 'providers', value: providers }]

const furtherProviders = (document: JsonObject): readonly Setting[] =>
  listIn(document.providers)
    .slice(1)
    .map((value, index) => ({
      name: `providers[${index + 1}]`,
      written: `providers[${index + 1}]`,
      value,
    }))

/** A structured configuration as the settings that the file of flags has. */
export const settingsOfStructured = (document: JsonObject): readonly Setting[] => [
  ...settingsOfProvider(listIn(document.providers)[0] ?? {}, '', 'providers[0]').filter(
    ({ written }) => written !== 'providers[0]',
  ),
  ...strangeProviders(document),
  ...furtherProviders(document),
  ...Object.entries(document)
    .filter(([key]) => key !== 'providers')
    .map(([key, value]) => ({ name: key, written: key, value })),
]
