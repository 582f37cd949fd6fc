import type { ConsoleDeps } from '../../src/console/console.ts'
import { createConsole } from '../../src/console/console.ts'
import type { Admission, ShownToken } from '../../src/core/console/administrator.ts'
import { EVERY_ROLE } from '../../src/core/console/administrator.ts'
import { FORGERY_FIELD } from '../../src/core/console/console-request.ts'
import type { BodySender, SiteAnswer, SiteRequest } from '../../src/core/console/console-site.ts'
import { createMemoryBackend } from '../../src/sessions/memory/backend.ts'
import { createSeal } from '../../src/sessions/sealing/seal.ts'
import { unlimited } from './check-ports.ts'
import { handSetClock } from './hand-set-clock.ts'
import { keysOf } from './process-keys.ts'
import { seededRandom } from './seeded-random.ts'

/** The token that signs in where nothing else is said. */
export const CONSOLE_TOKEN = 'correct-horse-battery-staple-0001'

/** What a request is made of, where it differs from a GET of one's own. */
export interface AskedPage {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
  /** Sent in the place of the form. */
  readonly body?: string
  /** Too many strangers send something. */
  readonly isBusy?: boolean
  readonly admit?: (token?: ShownToken) => Admission
}

/** A console with the pages that are given, and somebody who asks it. */
export const consoleUnderTest = (
  changes: Partial<ConsoleDeps> = {},
  admitted?: (token?: ShownToken) => Admission,
) => {
  const clock = handSetClock()
  const random = seededRandom('console')
  const keys = keysOf('a')
  const { replay } = createMemoryBackend({ clock, random, maxEntries: 1000 })
  const errors: unknown[] = []
  const site = createConsole({
    pages: [],
    brand: () => ({}),
    seal: createSeal({ keys, random }),
    clock,
    random,
    replay,
    newBudget: () => unlimited,
    onError: (error) => void errors.push(error),
    ...changes,
  })
  const senders: BodySender[] = []
  let failures = 0
  let waitSeconds: number | undefined
  const byCertificate = (): Admission => ({
    kind: 'admitted',
    administrator: { name: 'alice', roles: EVERY_ROLE, way: 'certificate' },
  })
  const ask = async (target: string, asked: AskedPage = {}): Promise<SiteAnswer> => {
    const [path = '', query = ''] = target.split('?')
    const { method = asked.form === undefined ? 'GET' : 'POST', form, headers = {} } = asked
    const own = {
      host: 'console.example.com',
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
    }
    const all: Readonly<Record<string, string>> = { ...own, ...headers }
    const body = asked.body ?? new URLSearchParams(form ?? {}).toString()
    const request: SiteRequest = {
      method,
      path,
      query,
      header: (name) => (all[name] === '' ? undefined : all[name]),
      admit: asked.admit ?? admitted ?? byCertificate,
      waitSeconds: () => waitSeconds,
      noteFailure: () => {
        failures += 1
      },
      readBody: async (maxBytes, sender) => {
        senders.push(sender)
        if (asked.isBusy === true) return { kind: 'busy' }
        return body.length > maxBytes ? { kind: 'missing' } : { kind: 'text', text: body }
      },
    }
    return site.handle(request)
  }
  return {
    ask,
    clock,
    errors,
    /** Whose bodies were read. */
    senders,
    failures: () => failures,
    block: (seconds: number) => {
      waitSeconds = seconds
    },
  }
}

/** The token that the forms of a page hold. */
export const forgeryTokenOf = ({ body }: SiteAnswer): string => {
  const pattern = new RegExp(`name="${FORGERY_FIELD}" value="(?<token>[^"]+)"`)
  return pattern.exec(String(body))?.groups?.token ?? ''
}
