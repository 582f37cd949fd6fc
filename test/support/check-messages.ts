/** A header as Envoy writes it: `rawValue` in place of `value` under `encode_raw_headers`. */
export interface HeaderValue {
  readonly key?: string
  readonly value?: string
  readonly rawValue?: Uint8Array
}

/** `envoy.service.auth.v3.AttributeContext.HttpRequest` as decoded: what is unset is absent. */
export interface HttpRequest {
  readonly id?: string
  readonly method?: string
  readonly host?: string
  readonly path?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly headerMap?: { readonly headers?: readonly HeaderValue[] }
}

/** `envoy.service.auth.v3.CheckRequest` as decoded. */
export interface CheckRequest {
  readonly attributes?: {
    readonly source?: {
      readonly address?: { readonly socketAddress?: { readonly address?: string } }
      readonly certificate?: string
    }
    readonly request?: { readonly http?: HttpRequest }
    readonly contextExtensions?: Readonly<Record<string, string>>
  }
}

/** `envoy.config.core.v3.HeaderValueOption`. */
export interface HeaderValueOption {
  readonly header: { readonly key: string; readonly value: string }
  readonly append?: { readonly value: boolean }
  readonly appendAction: number
  readonly keepEmptyValue?: boolean
}

/** `google.rpc.Status`; code 0 lets a request through. */
export interface RpcStatus {
  readonly code: number
  readonly message?: string
}

/** `google.protobuf.Value`, of the kinds that are sent. */
export type ProtoValue =
  | { readonly stringValue: string }
  | { readonly numberValue: number }
  | { readonly boolValue: boolean }
  | { readonly listValue: { readonly values?: readonly ProtoValue[] } }

interface Told {
  readonly status: RpcStatus
  readonly dynamicMetadata: { readonly fields: Readonly<Record<string, ProtoValue>> }
}

/**
 * `envoy.service.auth.v3.CheckResponse`. On the wire an empty one lets the request through, so here
 * neither the status nor the response that belongs to it can be left out (R1).
 */
export type CheckResponse =
  | (Told & {
      readonly okResponse: {
        readonly headers: readonly HeaderValueOption[]
        readonly headersToRemove: readonly string[]
        readonly responseHeadersToAdd?: readonly HeaderValueOption[]
      }
    })
  | (Told & {
      readonly deniedResponse: {
        readonly status: { readonly code: number }
        readonly headers: readonly HeaderValueOption[]
        readonly body: string
      }
    })
