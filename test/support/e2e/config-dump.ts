import type { RunningEnvoy } from '../parts/envoy.ts'

/** A part of Envoy's configuration, as its admin interface prints it. */
export type Configuration = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Configuration =>
  typeof value === 'object' && value !== null

const partsOf = (value: unknown): readonly Configuration[] =>
  isObject(value) ? [value, ...Object.values(value).flatMap(partsOf)] : []

/** Everything of a type, such as `ExtAuthz`, that an Envoy has been told by its control plane. */
export const toldTo = async (
  { adminUrl }: Pick<RunningEnvoy, 'adminUrl'>,
  type: string,
): Promise<readonly Configuration[]> => {
  const dump = await (await fetch(`${adminUrl}/config_dump`)).json()
  return partsOf(dump).filter((part) => String(part['@type']).endsWith(`.v3.${type}`))
}

/** The names of the HTTP filters of a connection manager, in the order in which they act. */
export const filterNames = (connectionManager: Configuration | undefined): readonly string[] =>
  partsOf(connectionManager?.http_filters)
    .filter((part) => 'typed_config' in part)
    .map(({ name }) => String(name))

/** What an ext_authz filter must not be told: each can let a request pass unasked or half seen. */
export const OPENING_FIELDS = [
  'failure_mode_allow',
  'filter_enabled',
  'allowed_headers',
  'shadow_mode',
] as const
