import { isIP } from 'node:net'
import { Fault } from '../../core/reason/fault.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { Authorities } from '../../outbound/authorities.ts'
import { addressDenied, resolveName } from '../../outbound/checked-lookup.ts'
import { tellFailure } from '../../outbound/failure.ts'
import { addressFilterOf } from '../../outbound/networks.ts'
import type { OutboundOptions } from '../../outbound/outbound-options.ts'
import { chooseProxy } from '../../outbound/proxy.ts'
import { tlsSentence } from '../../outbound/tls-failure.ts'
import { probeTls, type TlsProbe } from '../../outbound/tls-probe.ts'
import { hostOf } from '../../outbound/url-host.ts'
import { type Finding, finding, isProblem } from './finding.ts'

/** What looking at the way to a provider takes. */
export interface ReachDeps {
  readonly outbound: OutboundOptions
  readonly authorities: Authorities
}

const told = (thrown: unknown, url: URL, provider: Provider, outbound: OutboundOptions): string => {
  if (thrown instanceof Fault) return thrown.message
  const proxy = chooseProxy(url, provider, outbound.proxy)
  const { sentence } = tellFailure(thrown, {
    host: hostOf(url),
    timeoutMs: provider.requestTimeoutMs,
    ...(proxy === undefined ? {} : { proxy }),
  })
  return `${url.origin} ${sentence}`
}

const judged = (host: string, addresses: readonly string[], outbound: OutboundOptions) => {
  const isPermitted = addressFilterOf(outbound)
  const denied = addresses.filter((address) => !isPermitted(address))
  if (denied.length === 0) {
    return finding('addresses', 'well', 'outbound.denyNetworks permits every address')
  }
  if (denied.length === addresses.length) {
    return finding('addresses', 'problem', addressDenied(host).message)
  }
  const rule = 'outbound.denyNetworks forbids, and outbound.allowNetworks does not except'
  return finding('addresses', 'warning', `${rule}, ${denied.join(', ')}: these are left out`)
}

const lookUp = async (
  url: URL,
  provider: Provider,
  outbound: OutboundOptions,
): Promise<readonly Finding[]> => {
  const host = hostOf(url)
  if (isIP(host) !== 0) {
    return [finding('name', 'well', `${host} is an address`), judged(host, [host], outbound)]
  }
  try {
    const addresses = (await resolveName(host)).map(({ address }) => address)
    const found = finding('name', 'well', `${host} has the addresses ${addresses.join(', ')}`)
    return [found, judged(host, addresses, outbound)]
  } catch (thrown) {
    return [finding('name', 'problem', told(thrown, url, provider, outbound))]
  }
}

const wayOf = async (
  url: URL,
  provider: Provider,
  outbound: OutboundOptions,
): Promise<readonly Finding[]> => {
  const proxy = chooseProxy(url, provider, outbound.proxy)
  if (proxy === undefined) {
    return [
      ...(await lookUp(url, provider, outbound)),
      finding('proxy', 'well', 'It is called directly, without a proxy'),
    ]
  }
  const way = `It is called through the proxy ${proxy.url} (${proxy.setBy})`
  return [
    finding('name', 'unknown', `The proxy resolves ${hostOf(url)}`),
    finding('addresses', 'unknown', 'The proxy decides which addresses it connects to'),
    finding('proxy', 'well', way),
  ]
}

const authorityOf = ({ authority, presentsAuthority }: TlsProbe): string =>
  presentsAuthority
    ? `the authority that is missing is ${authority}, which the server presents`
    : `the authority that is missing is ${authority}, which signed the last certificate that the server presents`

const UNTRUSTED =
  /^(?:UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA)/

const ofTls = (url: URL, probe: TlsProbe): Finding => {
  const { error, protocol, subject, authority } = probe
  if (error === undefined) {
    const text = `${protocol}, with a certificate of ${subject} that is trusted here by ${authority}`
    return finding('tls', 'well', text)
  }
  const why = tlsSentence(error, undefined, { host: hostOf(url) }) ?? `is refused: ${error}`
  const missing = UNTRUSTED.test(error) ? `; ${authorityOf(probe)}` : ''
  return finding('tls', 'problem', `${url.origin} ${why}${missing}`)
}

const tlsOf = async (url: URL, provider: Provider, deps: ReachDeps): Promise<Finding> => {
  const { outbound, authorities } = deps
  if (url.protocol !== 'https:') {
    const text = `${url.origin} is called without TLS: whoever can change that traffic can sign in as anybody`
    return finding('tls', 'warning', text)
  }
  try {
    return ofTls(url, await probeTls(url, provider, outbound, authorities))
  } catch (thrown) {
    return finding('tls', 'problem', told(thrown, url, provider, outbound))
  }
}

/** Looks at the way to a URL of a provider, as calls take it: name, addresses, proxy and TLS. */
export const inspectReach = async (
  url: URL,
  provider: Provider,
  deps: ReachDeps,
): Promise<readonly Finding[]> => {
  const way = await wayOf(url, provider, deps.outbound)
  if (way.some(isProblem)) return [...way, finding('tls', 'unknown', 'No connection was made')]
  return [...way, await tlsOf(url, provider, deps)]
}
