import type { InputFile, MigrationOptions, MigrationRead } from '../model/migration.ts'
import { createLedger } from '../reading/ledger.ts'
import type { Setting } from '../reading/settings.ts'
import { hostsAmong, toldOthers } from '../writing/hosts.ts'
import { askedHosts, toldUrls } from './asked-hosts.ts'
import { bearersOf } from './bearers.ts'
import { clientManifest } from './client.ts'
import { configurationOf } from './configuration.ts'
import { closeElsewhere } from './elsewhere.ts'
import { readProxyInput } from './input/read-input.ts'
import { providerManifest } from './provider.ts'
import { routeManifest } from './route.ts'
import { redirectOf } from './session.ts'
import { OPENING, RESTRICTING } from './settings/decisive-settings.ts'
import { OAUTH2_PROXY_SETTINGS } from './settings/structured-settings.ts'

const NOTHING =
  'no setting of oauth2-proxy was found: give its configuration file, its structured (alpha) configuration, the values of its chart, or the manifest of its pods'

const severalWords = (proxies: readonly string[]): string =>
  `several oauth2-proxies are here, and which of them guards which host is not said: ${proxies.join(', ')}. Give one at a time, with the Ingresses of what it guards`

/** What nobody has read closes, as a setting that nobody knows. */
const strange = (written: string): Setting => ({ name: `${written}[]`, written, value: '' })

/** Writes the manifests of an installation of oauth2-proxy. */
export const migrateOAuth2Proxy = (
  files: readonly InputFile[],
  options: MigrationOptions,
): MigrationRead => {
  const input = readProxyInput(files)
  const names = files.map(({ name }) => name).join(', ')
  const proxies = [...new Set(input.proxies)]
  const problems = [
    ...input.problems,
    ...(input.settings.length === 0 ? [`${names}: ${NOTHING}`] : []),
    ...(proxies.length > 1 ? [`${names}: ${severalWords(proxies)}`] : []),
  ]
  if (problems.length > 0) return { kind: 'unreadable', problems }
  const settings = [...input.settings, ...input.strangers.map(strange)]
  const ledger = createLedger(OAUTH2_PROXY_SETTINGS, settings, {
    product: 'oauth2-proxy',
    meant: options.meant,
    restricting: RESTRICTING,
    opening: OPENING,
  })
  const isPartial = closeElsewhere(ledger, input)
  for (const { name } of input.settings.filter((one) => /^providers\[\d+\]$/.test(one.name))) {
    ledger.lose(
      name,
      'the first provider is carried over; for several write an OIDCClient for each, and `clientRefs`',
    )
  }
  const [namespace = options.namespace] = input.namespaces
  const place = { name: options.name ?? 'oauth2-proxy', namespace }
  const named = [...options.hosts, ...input.hosts]
  const { host } = redirectOf(ledger)
  const { hosts } = hostsAmong(named.length === 0 && host !== undefined ? [host] : named)
  const routes = askedHosts(ledger, { hosts, routed: input.hosts, urls: input.authUrls })
  const configuration = configurationOf(ledger)
  const { authenticate, providers } = bearersOf(ledger, place)
  const manifests = [
    providerManifest(ledger, place),
    ...providers,
    clientManifest(ledger, place, hosts),
    ...routes.map((asked, index) =>
      routeManifest(
        ledger,
        index === 0 ? place : { ...place, name: `${place.name}-${index + 1}` },
        { asked, client: place.name, authenticate, isPartial },
      ),
    ),
  ]
  return {
    kind: 'migrated',
    migration: {
      manifests,
      configuration,
      told: [...ledger.told(), ...toldUrls(input.authUrls, routes), ...toldOthers(named)],
    },
  }
}
