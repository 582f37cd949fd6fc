import { tableOf } from '../../model/setting-table.ts'
import { CLIENT_SETTINGS } from './client-settings.ts'
import { TOKEN_SETTINGS } from './token-settings.ts'

/** Every setting of the plugin openid-connect of Kong 3.12. */
export const KONG_SETTINGS = tableOf(TOKEN_SETTINGS, CLIENT_SETTINGS)
