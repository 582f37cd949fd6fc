import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { documentedScript } from '../documented-script.ts'
import { installed } from '../parts/installed.ts'
import { callKeycloak, KEYCLOAK_ADMIN } from '../parts/keycloak-admin.ts'
import { temporaryFolder } from '../parts/temporary-folder.ts'

/** Its command, as somebody has it who has signed in. */
const SIGNED_IN = `
kcadm.sh() { bash "$KCADM" "$@" --config "$FOLDER/kcadm.config"; }
kcadm.sh config credentials --server "$SERVER" --realm master --user "$ADMIN" --password "$PASSWORD"
`

/** Of the administrator: a minute, which is the default, is little on a busy machine. */
const TOKEN_LIFETIME_S = 1_800

/**
 * Runs blocks of docs/discovering-clients.md as the administrator of a Keycloak, with values for
 * their variables. @throws Error with what was said if a line of them fails
 */
export const followRecipe = async (
  keycloak: { readonly port: number } | undefined,
  blocks: readonly string[],
  values: Readonly<Record<string, string>>,
): Promise<void> => {
  if (keycloak === undefined) throw new Error('The stack has another provider.')
  const scripts = await Promise.all(
    blocks.map((name) => documentedScript('discovering-clients.md', name)),
  )
  await callKeycloak(keycloak)('PUT', '/master', { accessTokenLifespan: TOKEN_LIFETIME_S })
  const folder = await temporaryFolder('kcadm')
  const env = {
    ...process.env,
    ...values,
    JAVA_HOME: installed('java/home', 'java'),
    KC_OPTS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
    KCADM: installed('keycloak/server/bin/kcadm.sh', 'keycloak'),
    FOLDER: folder.path,
    SERVER: `http://127.0.0.1:${keycloak.port}`,
    ADMIN: KEYCLOAK_ADMIN.name,
    PASSWORD: KEYCLOAK_ADMIN.password,
  }
  const script = [SIGNED_IN, ...scripts].join('\n')
  await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], { env })
  await folder.remove()
}
