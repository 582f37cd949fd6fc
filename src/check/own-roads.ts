import type { CheckPorts } from '../core/check-ports.ts'
import type { Verdict } from '../core/decision/decision.ts'
import type { Intent } from '../core/policy/intent.ts'
import type { Policy } from '../core/policy/policy.ts'
import type { Request } from '../core/request/request.ts'
import type { Budget } from '../core/time/budget.ts'
import { inFrame } from './answer/framing.ts'
import { METADATA_CORS, readable } from './answer/sharing.ts'
import { createAuthorizationServer } from './authorization/authorization-server.ts'
import { createBind } from './device/bind.ts'
import { createDeviceRefresh } from './device/device-refresh.ts'
import { createCallback } from './login/callback.ts'
import type { Login } from './login/login.ts'
import { createLoginLink } from './login/login-link.ts'
import { createFrontChannelLogout } from './logout/front-channel-logout.ts'
import { createLogout } from './logout/logout.ts'
import { resourceMetadata } from './resource/metadata.ts'
import { createSessionInfo } from './session-info.ts'

/** A road that ends here: nothing of it reaches an upstream. */
export type OwnIntent = Exclude<Intent, { readonly kind: 'ambiguous' | 'public' | 'protected' }>

/** Answers a request that is on a road of ours. */
export type OwnRoads = (
  request: Request,
  policy: Policy,
  intent: OwnIntent,
  budget: Budget,
) => Promise<Verdict>

/** What lies on our own roads, one row for each. */
export const createOwnRoads = (ports: CheckPorts, login: Login): OwnRoads => {
  const callback = createCallback(ports)
  const logout = createLogout(ports)
  const frontChannelLogout = createFrontChannelLogout(ports)
  const sessionInfo = createSessionInfo(ports)
  const loginLink = createLoginLink(ports, login)
  const authorizationServer = createAuthorizationServer(ports)
  const bind = createBind(ports)
  const deviceRefresh = createDeviceRefresh(ports)

  return async (request, policy, intent, budget) => {
    switch (intent.kind) {
      case 'callback':
        return inFrame(request, policy, await callback(request, policy, intent.client, budget))
      case 'logout':
        return inFrame(request, policy, await logout(request, policy, intent.client, budget))
      case 'front_channel_logout':
        return frontChannelLogout(request, policy, intent.client, budget)
      case 'session_info':
        return readable(
          request,
          intent.rule,
          await sessionInfo(request, policy, intent.rule, budget),
        )
      case 'resource_metadata':
        return readable(
          request,
          { cors: METADATA_CORS },
          resourceMetadata(request, policy, intent.resource),
        )
      case 'authorization_server':
        return authorizationServer(request, policy, intent, budget)
      case 'device_bind':
        return bind(request, policy, budget)
      case 'device_refresh':
        return deviceRefresh(request, policy, budget)
      case 'login_link':
        return inFrame(request, policy, await loginLink(request, policy, intent.rule, budget))
    }
  }
}
