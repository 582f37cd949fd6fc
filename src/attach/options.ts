/** What an operator wrote; absent where nothing was. */
export interface AttachOptions {
  readonly service?: string | undefined
  readonly serviceTls?: string | undefined
  readonly serviceCa?: string | undefined
  readonly serviceName?: string | undefined
  readonly gateway?: string | undefined
  readonly selector?: string | undefined
  readonly namespace?: string | undefined
  readonly host?: readonly string[] | undefined
  readonly routes?: readonly string[] | undefined
  readonly upstream?: string | undefined
  readonly tlsSecret?: string | undefined
  readonly clusterDomain?: string | undefined
  readonly callbackBody?: boolean | undefined
  readonly callbackPath?: readonly string[] | undefined
  readonly authorizationServerBody?: boolean | undefined
}

/** An option that only some gateways can do something with. */
export type GatewayOption = Exclude<
  keyof AttachOptions,
  | 'service'
  | 'serviceTls'
  | 'serviceCa'
  | 'serviceName'
  | 'callbackBody'
  | 'authorizationServerBody'
>

/** Options that every gateway can do something with. */
export const COMMON_OPTIONS: ReadonlySet<keyof AttachOptions> = new Set([
  'service',
  'serviceTls',
  'serviceCa',
  'serviceName',
  'callbackBody',
  'authorizationServerBody',
])

/** An option as it is written, such as `--tls-secret`. */
export const flagOf = (option: keyof AttachOptions): string =>
  `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
