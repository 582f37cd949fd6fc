/** Whose words the members of a line are called by: our own, or those of OpenTelemetry. */
export type Naming = 'sallyport' | 'opentelemetry'

/**
 * Members that OpenTelemetry has a name for: attributes of its semantic conventions, and fields of
 * its data model of logs.
 */
const CONVENTIONS: Readonly<Record<string, string>> = {
  method: 'http.request.method',
  host: 'server.address',
  path: 'url.path',
  status: 'http.response.status_code',
  remoteAddress: 'client.address',
  subjectHash: 'user.hash',
  subject: 'user.id',
  traceId: 'trace_id',
  spanId: 'span_id',
  version: 'service.version',
}

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** What a member is called: what OpenTelemetry has no name for lies below `sallyport.` there. */
export const memberName = (naming: Naming, name: string): string =>
  naming === 'sallyport' ? name : (CONVENTIONS[name] ?? `sallyport.${snakeCase(name)}`)

/** How a line begins, and what its message is called. */
export interface LineFrame {
  readonly beginning: (level: string, time: string) => string
  readonly message: string
}

/** The numbers of severities (OpenTelemetry, data model of logs). */
const SEVERITIES: Readonly<Record<string, number>> = { debug: 5, info: 9, warn: 13, error: 17 }

const FRAMES: Readonly<Record<Naming, LineFrame>> = {
  sallyport: {
    beginning: (level, time) => `{"level":"${level}","time":"${time}"`,
    message: 'message',
  },
  opentelemetry: {
    beginning: (level, time) =>
      `{"timestamp":"${time}","severity_text":"${level.toUpperCase()}","severity_number":${SEVERITIES[level]}`,
    message: 'body',
  },
}

/** The frame of every line. */
export const lineFrame = (naming: Naming): LineFrame => FRAMES[naming]
