import { migrateAuthservice } from './authservice/migrate-authservice.ts'
import { migrateEnvoyGateway } from './envoy-gateway/migrate-envoy-gateway.ts'
import { migrateKong } from './kong/migrate-kong.ts'
import type { InputFile, MigrationOptions, MigrationRead } from './model/migration.ts'
import { migrateOAuth2Proxy } from './oauth2-proxy/migrate-oauth2-proxy.ts'
import type { ProductName } from './product-names.ts'

/** Reads the configuration of one product, and writes ours. */
type Migrate = (files: readonly InputFile[], options: MigrationOptions) => MigrationRead

/** What reads each product. */
export const migrations: Readonly<Record<ProductName, Migrate>> = {
  'oauth2-proxy': migrateOAuth2Proxy,
  kong: migrateKong,
  authservice: migrateAuthservice,
  'envoy-gateway': migrateEnvoyGateway,
}
