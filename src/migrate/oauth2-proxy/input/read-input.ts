import { parse, TomlError } from 'smol-toml'
import type { InputFile } from '../../model/migration.ts'
import { isObject, type JsonObject, objectIn } from '../../reading/json.ts'
import { kindOf, objectsIn, routedHosts } from '../../reading/kubernetes.ts'
import type { Setting } from '../../reading/settings.ts'
import { readDocuments } from '../../reading/yaml-documents.ts'
import { type AuthUrl, authUrlsIn } from './auth-url.ts'
import {
  hostsOfChart,
  isChartValues,
  settingsOfChart,
  structuredOfChart,
  textsOfChart,
} from './chart-values.ts'
import { fileName, settingsOfMembers } from './flag-names.ts'
import { givenObjects, innerTexts, unnamedAmong } from './held-data.ts'
import {
  namespacesIn,
  proxiesIn,
  referencesIn,
  settingsOfObjects,
  strangersAmong,
} from './kubernetes-input.ts'
import { isStructured, settingsOfStructured } from './structured.ts'

/** What the files of an installation of oauth2-proxy say. */
export interface ProxyInput {
  readonly settings: readonly Setting[]
  readonly hosts: readonly string[]
  readonly authUrls: readonly AuthUrl[]
  readonly problems: readonly string[]
  /** What to call each oauth2-proxy of which they say something. */
  readonly proxies: readonly string[]
  /** Where those are, as far as they say. */
  readonly namespaces: readonly string[]
  /** What its pods name of those; nothing where there are no pods. */
  readonly references?: readonly string[]
  /** The configuration files, ConfigMaps and Secrets that are among them. */
  readonly given: readonly string[]
  /** What may restrict who gets in, and of which nothing is read. */
  readonly strangers: readonly string[]
}

const NOTHING: ProxyInput = {
  settings: [],
  hosts: [],
  authUrls: [],
  problems: [],
  proxies: [],
  namespaces: [],
  given: [],
  strangers: [],
}

const joined = (parts: readonly ProxyInput[]): ProxyInput => ({
  settings: parts.flatMap(({ settings }) => settings),
  hosts: parts.flatMap(({ hosts }) => hosts),
  authUrls: parts.flatMap(({ authUrls }) => authUrls),
  problems: parts.flatMap(({ problems }) => problems),
  proxies: parts.flatMap(({ proxies }) => proxies),
  namespaces: parts.flatMap(({ namespaces }) => namespaces),
  given: parts.flatMap(({ given }) => given),
  strangers: parts.flatMap(({ strangers }) => strangers),
  ...(parts.some(({ references }) => references !== undefined)
    ? { references: parts.flatMap(({ references = [] }) => references) }
    : {}),
})

/** What a text says that an object holds beside others, which may be for something else. */
const readInner = (file: InputFile): ProxyInput => ({ ...readProxyFile(file), strangers: [] })

const readToml = ({ name, text }: InputFile): ProxyInput => {
  try {
    return { ...NOTHING, settings: settingsOfMembers(parse(text)), given: [fileName(name)] }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [sentence] = error.message.split('\n')
    return { ...NOTHING, problems: [`${name}:${error.line}: ${sentence}`] }
  }
}

const readChart = (values: JsonObject): ProxyInput => {
  const structured = structuredOfChart(values)
  return joined([
    ...textsOfChart(values).map(readInner),
    { ...NOTHING, settings: structured === undefined ? [] : settingsOfStructured(structured) },
    { ...NOTHING, settings: settingsOfChart(values), hosts: hostsOfChart(values) },
  ])
}

/** Whether something of the cluster is read: all that pods name, or all where there are none. */
type IsNamed = (name: string) => boolean

const readObjects = (objects: readonly JsonObject[], isNamed: IsNamed): ProxyInput => {
  const references = referencesIn(objects)
  return joined([
    ...objects
      .flatMap(innerTexts)
      .filter(({ name }) => isNamed(name))
      .map(readInner),
    {
      ...NOTHING,
      settings: settingsOfObjects(objects, isNamed),
      hosts: routedHosts(objects),
      authUrls: authUrlsIn(objects),
      proxies: proxiesIn(objects),
      namespaces: namespacesIn(objects),
      given: givenObjects(objects),
      strangers: [...strangersAmong(objects), ...unnamedAmong(objects, isNamed)],
      ...(references.length === 0 ? {} : { references }),
    },
  ])
}

/** The chart may be one of several below another chart, under its name. */
const SUBCHARTS = ['oauth2-proxy', 'oauth2_proxy', 'oauth2Proxy']

const readDocument = (
  document: JsonObject,
  name: string,
  proxy = 'the values of the chart',
): ProxyInput => {
  if (isStructured(document)) {
    return { ...NOTHING, settings: settingsOfStructured(document), given: [fileName(name)] }
  }
  if (isChartValues(document)) return { ...readChart(document), proxies: [proxy] }
  const below = SUBCHARTS.filter((one) => isObject(document[one]))
  return below.length === 0
    ? { ...NOTHING, strangers: [`a document of ${name}`] }
    : joined(
        below.map((one) => readDocument(objectIn(document[one]), name, `${one} of the values`)),
      )
}

const looksLikeToml = (text: string): boolean =>
  /(?:^|\n)\s*["']?[\w-]+["']?\s*=/.test(text) && !/(?:^|\n)[\w-]+:(?:\s|$)/.test(text)

/** Reads a file of whatever kind oauth2-proxy, its chart or its pods have. */
const readProxyFile = (file: InputFile, isNamed: IsNamed = () => true): ProxyInput => {
  if (looksLikeToml(file.text)) return readToml(file)
  const read = readDocuments(file)
  if (read.kind === 'malformed') return { ...NOTHING, problems: read.problems }
  const objects = objectsIn(read.documents.filter(isObject))
  const others = read.documents.filter((one) => !isObject(one))
  return joined([
    readObjects(
      objects.filter((one) => kindOf(one) !== undefined),
      isNamed,
    ),
    ...objects
      .filter((one) => kindOf(one) === undefined)
      .map((one) => readDocument(one, file.name)),
    { ...NOTHING, strangers: others.map(() => `a document of ${file.name}`) },
  ])
}

/** Reads several such files; what is told later goes before what was told earlier. */
export const readProxyInput = (files: readonly InputFile[]): ProxyInput => {
  const { references, ...all } = joined(files.map((one) => readProxyFile(one)))
  if (references === undefined) return all
  const names = new Set(references)
  return joined(files.map((one) => readProxyFile(one, (name) => names.has(name))))
}
