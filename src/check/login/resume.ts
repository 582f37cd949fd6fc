import type { CheckPorts } from '../../core/check-ports.ts'
import type { About, Header, Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import type { Reason } from '../../core/reason/reason.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { continueAt, urlOf, type Visit } from './way-on.ts'

/** The way on from a login that was finished; `headers` go with it. */
export type Resume = (
  visit: Visit,
  login: LoginState,
  reason: Reason,
  headers: readonly Header[],
  about: About,
) => Promise<Verdict>

/**
 * The way on from a login: to the wanted page, or by the form that waited for this, sent again. A
 * page says so where not all of it could be kept.
 */
export const createResume = ({ forms }: Pick<CheckPorts, 'forms'>): Resume => {
  const incomplete = (
    reason: 'form_lost' | 'return_url_lost',
    path: string,
    headers: readonly Header[],
    about: About,
  ): Verdict => deny(reason, { headers, ways: [{ label: 'continue', href: path }], about })

  return async (visit, login, reason, headers, about) => {
    const { request, client, budget } = visit
    const { returnPath: path } = login
    if (login.cut === true) return incomplete('return_url_lost', path, headers, about)
    if (login.form === undefined) {
      return continueAt(visit, reason, { path, fragment: 'wanted', headers, about })
    }
    const tenant = sessionTenant(client, request)
    const form = await forms.take(tenant, login.form, budget).catch(() => undefined)
    if (form === undefined) return incomplete('form_lost', path, headers, about)
    const resend = { form, url: urlOf(request, path) }
    return deny(reason, { status: 200, headers, resend, about })
  }
}
