import type { InputFile, MigrationOptions, MigrationRead } from '../model/migration.ts'
import { createLedger } from '../reading/ledger.ts'
import { hostsAmong, toldOthers } from '../writing/hosts.ts'
import { bearersOf } from './bearers.ts'
import { clientManifest } from './client.ts'
import { configurationOf } from './configuration.ts'
import { readProxyInput } from './input/read-input.ts'
import { providerManifest } from './provider.ts'
import { routeManifest } from './route.ts'
import { redirectOf } from './session.ts'
import { OPENING, RESTRICTING } from './settings/decisive-settings.ts'
import { OAUTH2_PROXY_SETTINGS } from './settings/structured-settings.ts'

const NOTHING =
  'no setting of oauth2-proxy was found: give its configuration file, its structured (alpha) configuration, the values of its chart, or the manifest of its pods'

/** Writes the manifests of an installation of oauth2-proxy. */
export const migrateOAuth2Proxy = (
  files: readonly InputFile[],
  options: MigrationOptions,
): MigrationRead => {
  const input = readProxyInput(files)
  const names = files.map(({ name }) => name).join(', ')
  const problems =
    input.settings.length === 0 ? [...input.problems, `${names}: ${NOTHING}`] : input.problems
  if (problems.length > 0) return { kind: 'unreadable', problems }
  const ledger = createLedger(OAUTH2_PROXY_SETTINGS, input.settings, {
    product: 'oauth2-proxy',
    meant: options.meant,
    restricting: RESTRICTING,
    opening: OPENING,
  })
  for (const { name } of input.settings.filter((one) => /^providers\[\d+\]$/.test(one.name))) {
    ledger.lose(
      name,
      'the first provider is carried over; for several write an OIDCClient for each, and `clientRefs`',
    )
  }
  const place = { name: options.name ?? 'oauth2-proxy', namespace: options.namespace }
  const named = [...options.hosts, ...input.hosts]
  const { host } = redirectOf(ledger)
  const { hosts } = hostsAmong(named.length === 0 && host !== undefined ? [host] : named)
  const configuration = configurationOf(ledger)
  const { authenticate, providers } = bearersOf(ledger, place)
  const manifests = [
    providerManifest(ledger, place),
    ...providers,
    clientManifest(ledger, place, hosts),
    routeManifest(ledger, place, { hosts, authenticate }),
  ]
  return {
    kind: 'migrated',
    migration: { manifests, configuration, told: [...ledger.told(), ...toldOthers(named)] },
  }
}
