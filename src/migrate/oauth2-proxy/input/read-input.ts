import { parse, TomlError } from 'smol-toml'
import type { InputFile } from '../../model/migration.ts'
import { isObject, type JsonObject } from '../../reading/json.ts'
import { kindOf, objectsIn, routedHosts } from '../../reading/kubernetes.ts'
import type { Setting } from '../../reading/settings.ts'
import { readDocuments } from '../../reading/yaml-documents.ts'
import {
  hostsOfChart,
  isChartValues,
  settingsOfChart,
  structuredOfChart,
  textsOfChart,
} from './chart-values.ts'
import { settingsOfMembers } from './flag-names.ts'
import { innerTexts, settingsOfObjects } from './kubernetes-input.ts'
import { isStructured, settingsOfStructured } from './structured.ts'

/** What the files of an installation of oauth2-proxy say. */
export interface ProxyInput {
  readonly settings: readonly Setting[]
  readonly hosts: readonly string[]
  readonly problems: readonly string[]
}

const NOTHING: ProxyInput = { settings: [], hosts: [], problems: [] }

const joined = (parts: readonly ProxyInput[]): ProxyInput => ({
  settings: parts.flatMap(({ settings }) => settings),
  hosts: parts.flatMap(({ hosts }) => hosts),
  problems: parts.flatMap(({ problems }) => problems),
})

const readToml = ({ name, text }: InputFile): ProxyInput => {
  try {
    return { ...NOTHING, settings: settingsOfMembers(parse(text)) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [sentence] = error.message.split('\n')
    return { ...NOTHING, problems: [`${name}:${error.line}: ${sentence}`] }
  }
}

const readChart = (values: JsonObject): ProxyInput => {
  const structured = structuredOfChart(values)
  return joined([
    ...textsOfChart(values).map(readProxyFile),
    { ...NOTHING, settings: structured === undefined ? [] : settingsOfStructured(structured) },
    { ...NOTHING, settings: settingsOfChart(values), hosts: hostsOfChart(values) },
  ])
}

const readObjects = (objects: readonly JsonObject[]): ProxyInput =>
  joined([
    ...objects.flatMap(innerTexts).map(readProxyFile),
    { ...NOTHING, settings: settingsOfObjects(objects), hosts: routedHosts(objects) },
  ])

/** The chart may be one of several below another chart, under its name. */
const SUBCHARTS = ['oauth2-proxy', 'oauth2_proxy', 'oauth2Proxy']

const readDocument = (document: JsonObject): ProxyInput => {
  if (isStructured(document)) return { ...NOTHING, settings: settingsOfStructured(document) }
  if (isChartValues(document)) return readChart(document)
  return joined(
    SUBCHARTS.map((one) => document[one])
      .filter(isObject)
      .map(readDocument),
  )
}

const looksLikeToml = (text: string): boolean =>
  /(?:^|\n)\s*["']?[\w-]+["']?\s*=/.test(text) && !/(?:^|\n)[\w-]+:(?:\s|$)/.test(text)

/** Reads a file of whatever kind oauth2-proxy, its chart or its pods have. */
const readProxyFile = (file: InputFile): ProxyInput => {
  if (looksLikeToml(file.text)) return readToml(file)
  const read = readDocuments(file)
  if (read.kind === 'malformed') return { ...NOTHING, problems: read.problems }
  const objects = objectsIn(read.documents.filter(isObject))
  return joined([
    readObjects(objects.filter((one) => kindOf(one) !== undefined)),
    ...objects.filter((one) => kindOf(one) === undefined).map(readDocument),
  ])
}

/** Reads several such files; what is told later goes before what was told earlier. */
export const readProxyInput = (files: readonly InputFile[]): ProxyInput =>
  joined(files.map(readProxyFile))
