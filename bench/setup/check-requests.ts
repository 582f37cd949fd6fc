import { checkMethod, fullProtos } from '../../test/support/envoy-protos.ts'
import type { WireRequest } from '../client/exchanges.ts'
import type { Header } from '../client/header-table.ts'

const method = checkMethod(fullProtos())

/** The request headers of a current browser, as Envoy passes them on. */
export const BROWSER_HEADERS: Readonly<Record<string, string>> = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en;q=0.9,de;q=0.8',
  'sec-ch-ua': '"Chromium";v="156", "Not)A;Brand";v="24"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
  'sec-fetch-user': '?1',
  'upgrade-insecure-requests': '1',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
}

const ENVOY_HEADERS = {
  'x-envoy-internal': 'true',
  'x-forwarded-for': '127.0.0.1',
  'x-forwarded-proto': 'https',
  'x-request-id': '4f0c9c1e-7a41-4a43-9d2f-0a8f3b8d7e10',
}

/** As Envoy's gRPC client sends them. */
const GRPC_HEADERS: readonly Header[] = [
  [':method', 'POST'],
  [':path', method.path],
  [':authority', 'sallyport'],
  [':scheme', 'http'],
  ['te', 'trailers'],
  ['grpc-timeout', '5000m'],
  ['content-type', 'application/grpc'],
]

const address = (port: number) => ({
  address: { socketAddress: { address: '127.0.0.1', portValue: port } },
})

const framed = (message: Uint8Array): Buffer => {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

/**
 * A check request as Envoy sends it: encoded with Envoy's full definitions, peers and all, and
 * framed for gRPC.
 */
export const checkRequest = (
  authority: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): WireRequest => {
  const http = {
    id: '1234567890123456789',
    method: 'GET',
    headers: {
      ':authority': authority,
      ':method': 'GET',
      ':path': path,
      ':scheme': 'https',
      ...ENVOY_HEADERS,
      ...headers,
    },
    path,
    host: authority,
    scheme: 'https',
    protocol: 'HTTP/2',
  }
  const message = {
    attributes: {
      source: address(50_000),
      destination: address(8443),
      request: { time: { seconds: 1_790_000_000, nanos: 1 }, http },
      metadataContext: {},
      tlsSession: { sni: 'app.localhost' },
    },
  }
  return {
    headers: GRPC_HEADERS,
    body: framed(method.requestSerialize(message)),
  }
}

/** The same request as a downstream sends it to a gateway. */
export const gatewayRequest = (
  authority: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): WireRequest => ({
  headers: [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':authority', authority],
    [':path', path],
    ...Object.entries(headers),
  ],
})
