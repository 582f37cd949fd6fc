import { boolean, file, integer } from './field-kinds.ts'
import { group } from './shape.ts'
import { listField, nonEmpty, textField, unless } from './text-fields.ts'

/** Whether a URL can be that of a collector; if not, what it must be. */
export const collectorUrlProblem = (value: string): string | undefined => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    return 'must be an http or https URL such as http://otel-collector.observability:4318/v1/traces'
  }
  if (url.username !== '' || url.password !== '') {
    return 'must not carry a user name or password: give a header by file, in tracing.headersFile'
  }
  return url.search === '' && url.hash === ''
    ? undefined
    : 'must have neither query nor fragment, such as http://otel-collector.observability:4318/v1/traces'
}

const ATTRIBUTE = /^[A-Za-z][A-Za-z0-9_.-]{0,127}=.{1,256}$/

/** Where traces of checks are sent. */
export const tracing = group({
  endpoint: textField(
    { what: 'a URL such as http://otel-collector:4318/v1/traces', judge: collectorUrlProblem },
    {
      kind: 'text',
      description:
        'Where traces are sent, by OTLP over HTTP in protobuf; the whole URL, with `/v1/traces`. Unset: what `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` names, or `OTEL_EXPORTER_OTLP_ENDPOINT` with `/v1/traces` behind it, and without either there are no traces and nothing is loaded for them. See docs/tracing.md.',
    },
  ).optional(),
  headersFile: file(
    'File with headers for the collector, one a line as `name: value`. Read at each export.',
  ).optional(),
  serviceName: textField(nonEmpty('text'), {
    kind: 'text',
    description:
      '`service.name` of all spans. Unset: what `OTEL_SERVICE_NAME` says, else `sallyport`.',
  }).optional(),
  resourceAttributes: listField(
    {
      what: 'a list of attributes',
      item: {
        what: 'text',
        judge: unless(
          (text) => ATTRIBUTE.test(text),
          'must be name=value, such as deployment.environment.name=production',
        ),
      },
    },
    {
      kind: 'attributes',
      description:
        'What all spans say besides, as `name=value`. Those of `OTEL_RESOURCE_ATTRIBUTES` count as well, where they are not named here.',
    },
  ).default([]),
  oneIn: integer(
    'Of the checks that come without a trace, one in so many begins one. 0: none. Where there is a trace its sampled flag decides, and nothing else.',
    0,
    1_000_000,
  ).default(0),
  joinsRequests: boolean(
    'Whether the `traceparent` of a request is joined where the call by which the gateway asks carries none. Whoever sends requests then says which of them are traced. For gateways that send the trace with the request alone; Envoy sends it with the call.',
  ).default(false),
})
