import { type Checked, right, wrong } from '../policy/matching/checked.ts'
import type {
  Label,
  NamespacedName,
  NetworkAddress,
  ServiceAddress,
} from './manifest/attachment.ts'

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(?:\\.${LABEL})*`

const SERVICE = new RegExp(`^(${LABEL})\\.(${LABEL}):([1-9][0-9]{0,4})$`)
const NAMESPACED = new RegExp(`^(${SUBDOMAIN})\\.(${LABEL})$`)
const NAMESPACE = new RegExp(`^${LABEL}$`)
const NAME = new RegExp(`^${SUBDOMAIN}$`)
const SELECTOR = new RegExp(
  `^((?:${SUBDOMAIN}/)?[A-Za-z0-9](?:[\\w.-]{0,61}[A-Za-z0-9])?)=([A-Za-z0-9](?:[\\w.-]{0,61}[A-Za-z0-9])?)$`,
)

const MAX_PORT = 65_535

/** Reads `NAME.NAMESPACE:PORT`. */
export const parseService = (text: string): Checked<ServiceAddress> => {
  const [, name = '', namespace = '', digits = ''] = SERVICE.exec(text) ?? []
  const port = Number(digits)
  if (name === '' || port > MAX_PORT) {
    return wrong('is no Service: write NAME.NAMESPACE:PORT, as in sallyport.sallyport:9001')
  }
  return right({ name, namespace, port })
}

const HOST =
  /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)\.?):(?<port>[1-9][0-9]{0,4})$/

/**
 * Reads `HOST:PORT`, where the host is an address, `localhost`, or a name. A name of two labels
 * reads like a Service: with a dot at its end it is a name.
 */
export const parseNetworkAddress = (text: string): Checked<NetworkAddress> => {
  const { v6, name, port = '' } = HOST.exec(text)?.groups ?? {}
  const host = v6 ?? name
  return host === undefined || Number(port) > MAX_PORT
    ? wrong(
        'is no address: write HOST:PORT, as in 127.0.0.1:9001, or NAME.NAMESPACE:PORT for a Service',
      )
    : right({ host, port: Number(port) })
}

/** Whether text names a Service, and not a host of the network. */
export const isService = (text: string): boolean => SERVICE.test(text)

/** Reads the name that a certificate carries. */
export const parseServerName = (text: string): Checked<string> =>
  NAME.test(text) ? right(text) : wrong('is no name of a certificate: write a DNS name')

/** Reads the folder that a plain Envoy reads certificates from. */
export const parseFolder = (text: string): Checked<string> =>
  /^\/[\w./-]*[\w-]$/.test(text)
    ? right(text)
    : wrong('is no folder: write an absolute path, as in /etc/envoy/sallyport')

/** Reads `NAME.NAMESPACE`. */
export const parseNamespacedName = (text: string): Checked<NamespacedName> => {
  const [, name = '', namespace = ''] = NAMESPACED.exec(text) ?? []
  return name === ''
    ? wrong('is no object of a namespace: write NAME.NAMESPACE, as in public.gateways')
    : right({ name, namespace })
}

/** Reads `KEY=VALUE`. */
export const parseSelector = (text: string): Checked<Label> => {
  const [, key = '', value = ''] = SELECTOR.exec(text) ?? []
  return key === ''
    ? wrong('is no label: write KEY=VALUE, as in istio=ingressgateway')
    : right({ key, value })
}

const named =
  (pattern: RegExp, message: string) =>
  (text: string): Checked<string> =>
    pattern.test(text) ? right(text) : wrong(message)

/** As `callback.path` of an OIDCClient. */
const CALLBACK = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~!$&'()*+,=:@-]+)+$/

/** Reads the path of a redirect URI. */
export const parseCallbackPath = named(
  CALLBACK,
  'is no callback path: write callback.path of the OIDCClient, as in /oauth2/callback',
)

/** Reads the name of a namespace. */
export const parseNamespace = named(
  NAMESPACE,
  'is no namespace: write lower-case letters, digits and hyphens, 63 of them at most',
)

/** Reads the name of a Secret. */
export const parseSecretName = named(
  NAME,
  'is no name of a Secret: write lower-case letters, digits, hyphens and dots',
)

/** Reads the domain of a cluster's DNS. */
export const parseClusterDomain = named(NAME, 'is no domain: write it as in cluster.local')
