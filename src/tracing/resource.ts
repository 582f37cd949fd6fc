import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources'
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions'

/** What is said of this process. */
export interface ResourceOptions {
  /** Absent: what `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES` say, else `sallyport`. */
  readonly serviceName?: string
  readonly version: string
  readonly attributes: Readonly<Record<string, string>>
}

/** What all spans of this process have in common; the configuration goes before the variables. */
export const resourceOf = ({ serviceName, version, attributes }: ResourceOptions): Resource =>
  defaultResource()
    .merge(
      resourceFromAttributes({
        [ATTR_SERVICE_NAME]: 'sallyport',
        [ATTR_SERVICE_VERSION]: version,
      }),
    )
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }))
    .merge(
      resourceFromAttributes({
        ...attributes,
        ...(serviceName === undefined ? {} : { [ATTR_SERVICE_NAME]: serviceName }),
      }),
    )
