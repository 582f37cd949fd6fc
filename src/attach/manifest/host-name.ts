import { isWildcard } from '../../policy/matching/host.ts'

/**
 * What the objects of one host are called: `shop.example.com`, or `any.example.com` for a wildcard.
 */
export const hostName = (host: string): string => (isWildcard(host) ? `any${host.slice(1)}` : host)
