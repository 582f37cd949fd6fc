import type { Request } from '../request/request.ts'
import type { Session } from './session.ts'

/** What is recorded of where a login came from, for those who look after sessions. */
export interface Recording {
  readonly address: boolean
  readonly agent: boolean
}

const MAX_LENGTH = 256

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\ufffd]/gu

/** At most 256 printable characters of what somebody sent. */
const cleaned = (text: string | undefined): string | undefined => {
  const clean = text?.slice(0, MAX_LENGTH).replace(UNPRINTABLE, '').trim()
  return clean === '' ? undefined : clean
}

/** The address and the user agent of a login, as far as they are to be recorded. */
export const seenAtLogin = (
  request: Pick<Request, 'address' | 'header'>,
  recording: Recording,
): Pick<Session, 'address' | 'agent'> => {
  const address = recording.address ? cleaned(request.address) : undefined
  const agent = recording.agent ? cleaned(request.header('user-agent')) : undefined
  return {
    ...(address === undefined ? {} : { address }),
    ...(agent === undefined ? {} : { agent }),
  }
}
