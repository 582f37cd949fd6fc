import { readFileSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import type { ProxyConfig } from '../config/proxy.ts'
import { reviewBundle } from '../outbound/authorities.ts'
import type { OutboundOptions } from '../outbound/outbound-options.ts'
import type { OutboundProxy } from '../outbound/proxy.ts'

const textIn = (file: string): string => readFileSync(file, 'utf8')

const lineIn = (file: string): string => textIn(file).replace(/\r?\n$/, '')

const pemIn = (file: string | undefined): { readonly caPem?: string } =>
  file === undefined ? {} : { caPem: textIn(file) }

const credentialsOf = ({
  usernameFile,
  passwordFile,
  credentials,
}: ProxyConfig): Pick<OutboundProxy, 'credentials'> => {
  if (usernameFile !== undefined && passwordFile !== undefined) {
    return {
      credentials: () => ({ username: lineIn(usernameFile), password: lineIn(passwordFile) }),
    }
  }
  return credentials === undefined ? {} : { credentials: () => credentials }
}

const proxyOf = (config: ProxyConfig): OutboundProxy => {
  const { url, setBy, httpsOnly, exceptions, caFile } = config
  return { url, setBy, httpsOnly, exceptions, ...pemIn(caFile), ...credentialsOf(config) }
}

/** What the configuration says about calls to providers, its files read. */
export const outboundOf = (outbound: Config['outbound'], version: string): OutboundOptions => {
  const { caFile, proxy, ...rules } = outbound
  return {
    ...rules,
    ...pemIn(caFile),
    ...(proxy === undefined ? {} : { proxy: proxyOf(proxy) }),
    userAgent: `sallyport/${version}`,
  }
}

/** What is wrong with the certificates that the configuration names, in sentences. */
export const outboundNotes = (
  { caPem, proxy }: OutboundOptions,
  nowMs: number,
): readonly string[] => {
  const bundles = [
    ['outbound.caFile', caPem],
    ['outbound.proxy.caFile', proxy?.caPem],
  ] as const
  return bundles.flatMap(([field, pem]) =>
    pem === undefined
      ? []
      : reviewBundle(pem, nowMs).complaints.map((complaint) => `${field}: ${complaint}.`),
  )
}
