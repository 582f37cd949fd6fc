import type { ApiFailure } from './api-failure.ts'
import type { ApiResponse } from './api-server.ts'

const MAX_STATUS_CHARACTERS = 65_536

/** What an answer that is no success says; empty if it is not a `Status` object. */
const messageOf = (text: string): string => {
  try {
    const said: unknown = Object(JSON.parse(text)).message
    return typeof said === 'string' ? said : ''
  } catch {
    return ''
  }
}

/**
 * Why the API server did not do what it was asked. @throws Error if the connection breaks before it
 * is known
 */
export const readRefusal = async (response: ApiResponse): Promise<ApiFailure> => {
  const { status, retryAfterSeconds, body } = response
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_STATUS_CHARACTERS) break
  }
  const said = messageOf(text)
  const message = `the API server answered ${status}${said === '' ? '' : `: ${said}`}`
  return { status, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
}
