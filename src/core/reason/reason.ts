import { applicationReasons } from './application-reasons.ts'
import { authorizationServerReasons } from './authorization-server-reasons.ts'
import { credentialReasons } from './credential-reasons.ts'
import { deviceReasons } from './device-reasons.ts'
import { loginRefusedReasons } from './login-refused-reasons.ts'
import { permissionReasons } from './permission-reasons.ts'
import type { ReasonEntry } from './reason-entry.ts'
import { requestReasons } from './request-reasons.ts'
import { sessionReasons } from './session-reasons.ts'
import { signInReasons } from './sign-in-reasons.ts'
import { signOutReasons } from './sign-out-reasons.ts'
import { stepUpReasons } from './step-up-reasons.ts'
import { tokenReasons } from './token-reasons.ts'
import { unavailableReasons } from './unavailable-reasons.ts'

/**
 * Every reason that a verdict can carry. A code is never renamed or reused: it is in the response
 * header `x-sallyport-reason`, the decision log, the metric label and docs/reasons.md.
 */
export const reasons = {
  ...signInReasons,
  ...stepUpReasons,
  ...signOutReasons,
  ...applicationReasons,
  ...authorizationServerReasons,
  ...sessionReasons,
  ...deviceReasons,
  ...tokenReasons,
  ...credentialReasons,
  ...permissionReasons,
  ...requestReasons,
  ...loginRefusedReasons,
  ...unavailableReasons,
} as const satisfies Readonly<Record<string, ReasonEntry>>

/** A stable reason code. */
export type Reason = keyof typeof reasons

/** The row of a reason. */
export const reasonEntry = (reason: Reason): ReasonEntry => reasons[reason]
