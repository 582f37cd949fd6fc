import type { Environment } from './overlay.ts'
import type { ConfigProblem } from './problem.ts'
import { isProxyException, proxyUrlProblem } from './schema/proxy-url.ts'
import type { WrittenConfiguration } from './schema/schema.ts'

/** The proxy that leads to providers. */
export interface ProxyConfig {
  /** Without credentials. */
  readonly url: string
  /** The field or variable that names it. */
  readonly setBy: string
  /** Whether it leads to `https` providers alone, as its variable says. */
  readonly httpsOnly: boolean
  /** As in `NO_PROXY`. */
  readonly exceptions: readonly string[]
  readonly caFile?: string
  readonly usernameFile?: string
  readonly passwordFile?: string
  /** What the variable carried; for the proxy alone. */
  readonly credentials?: { readonly username: string; readonly password: string }
}

const LIST_ENDS = /[,\t ]+/

/** The first variable of these that holds something; lower case goes first, as everywhere. */
const firstOf = (
  environment: Environment,
  names: readonly string[],
): { readonly variable: string; readonly text: string } | undefined => {
  const variable = names.find((name) => (environment[name] ?? '') !== '')
  return variable === undefined ? undefined : { variable, text: environment[variable] ?? '' }
}

const proxyVariable = (environment: Environment) =>
  firstOf(environment, ['https_proxy', 'HTTPS_PROXY'])

const exceptionsOf = (environment: Environment): readonly string[] =>
  (firstOf(environment, ['no_proxy', 'NO_PROXY'])?.text ?? '')
    .split(LIST_ENDS)
    .filter((entry) => isProxyException(entry))

/** A value without a scheme means `http`. */
const withScheme = (text: string): string => (text.includes('://') ? text : `http://${text}`)

const parted = (text: string) => {
  const url = new URL(withScheme(text))
  const { username, password } = url
  url.username = ''
  url.password = ''
  return { url: url.href, username, password }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Why the variable cannot be used; its value may hold a password and is not shown. */
export const proxyVariableProblems = (environment: Environment): readonly ConfigProblem[] => {
  const found = proxyVariable(environment)
  if (found === undefined) return []
  const { variable, text } = found
  const message = URL.canParse(withScheme(text))
    ? proxyUrlProblem(parted(text).url)
    : proxyUrlProblem('')
  return message === undefined
    ? []
    : [{ field: '', message, origin: { kind: 'environment', variable } }]
}

const fromVariable = (
  environment: Environment,
): Pick<ProxyConfig, 'url' | 'setBy' | 'httpsOnly' | 'credentials'> | undefined => {
  const found = proxyVariable(environment)
  if (found === undefined) return undefined
  const { url, username, password } = parted(found.text)
  const credentials = { username: decoded(username), password: decoded(password) }
  const isNamed = username !== '' || password !== ''
  return { url, setBy: found.variable, httpsOnly: true, ...(isNamed ? { credentials } : {}) }
}

/** The proxy: what the configuration says, else what the usual variables say, else none. */
export const proxyOf = (
  written: WrittenConfiguration['outbound']['proxy'],
  environment: Environment,
): ProxyConfig | undefined => {
  const { url, noProxy, caFile, usernameFile, passwordFile } = written
  const named =
    url === undefined
      ? fromVariable(environment)
      : { url, setBy: 'outbound.proxy.url', httpsOnly: false }
  if (named === undefined) return undefined
  return {
    ...named,
    exceptions: noProxy ?? exceptionsOf(environment),
    ...(caFile === undefined ? {} : { caFile }),
    ...(usernameFile === undefined ? {} : { usernameFile }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
  }
}
