import { FORGERY_FIELD } from '../../core/console/console-request.ts'
import { type Html, html } from '../page/html.ts'

/** What every form of a page holds, so that no other page can send it. */
export const forgeryField = (antiForgery: string): Html =>
  html`<input type="hidden" name="${FORGERY_FIELD}" value="${antiForgery}">`
