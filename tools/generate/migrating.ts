import { readFileSync } from 'node:fs'
import { AUTHSERVICE_SETTINGS } from '../../src/migrate/authservice/authservice-settings.ts'
import { ENVOY_GATEWAY_SETTINGS } from '../../src/migrate/envoy-gateway/policy-settings.ts'
import { KONG_SETTINGS } from '../../src/migrate/kong/settings/kong-settings.ts'
import type { Goes } from '../../src/migrate/model/migration.ts'
import type { SettingTable } from '../../src/migrate/model/setting-table.ts'
import { OAUTH2_PROXY_SETTINGS } from '../../src/migrate/oauth2-proxy/settings/structured-settings.ts'
import { ENVOY_OAUTH2_SETTINGS } from './migrating/envoy-oauth2.ts'
import { MOD_AUTH_OPENIDC_SETTINGS } from './migrating/mod-auth-openidc.ts'
import { keepCurrent } from './output.ts'

const PAGE = 'docs/migrating.md'

/** The tables of the page, by the words of its markers. */
const TABLES: Readonly<Record<string, SettingTable>> = {
  'oauth2-proxy': OAUTH2_PROXY_SETTINGS,
  Kong: KONG_SETTINGS,
  authservice: AUTHSERVICE_SETTINGS,
  'Envoy Gateway': ENVOY_GATEWAY_SETTINGS,
  "Envoy's oauth2 filter": ENVOY_OAUTH2_SETTINGS,
  mod_auth_openidc: MOD_AUTH_OPENIDC_SETTINGS,
}

const SHOWN: Readonly<Record<Goes, string>> = {
  manifest: 'manifest',
  configuration: '`sallyport.yaml`',
  gateway: 'gateway',
  'built-in': 'nothing to set',
  none: 'not carried over',
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const tableText = (table: SettingTable): string =>
  [
    '| setting | where to | how, or why not |',
    '| --- | --- | --- |',
    ...[...table]
      .toSorted(([a], [b]) => a.localeCompare(b, 'en'))
      .map(([name, { goes, words }]) => `| \`${name}\` | ${SHOWN[goes]} | ${cell(words)} |`),
    '',
  ].join('\n')

const begin = (product: string): string => `<!-- The settings of ${product} begin here. -->\n`
const END = '<!-- And end here. -->\n'

const filled = (page: string, [product, table]: readonly [string, SettingTable]): string => {
  const [before, rest] = page.split(begin(product))
  const after = rest?.slice(rest.indexOf(END))
  if (before === undefined || after === undefined || !after.startsWith(END)) {
    throw new Error(`${PAGE} has no place for the settings of ${product}.`)
  }
  return [before, begin(product), '\n', tableText(table), '\n', after].join('')
}

/** The text of docs/migrating.md: its own words, and the tables that `sallyport migrate` works by. */
export const printMigrating = (): string =>
  Object.entries(TABLES).reduce(
    filled,
    readFileSync(new URL(`../../${PAGE}`, import.meta.url), 'utf8'),
  )

if (import.meta.main) {
  process.exitCode = keepCurrent(PAGE, printMigrating())
}
