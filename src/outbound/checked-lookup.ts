import { type LookupAddress, lookup as resolve } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Fault } from '../core/reason/fault.ts'
import type { AddressFilter } from './networks.ts'

const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

/**
 * `localhost` and all names below it are loopback, whatever a name server says (RFC 6761 section
 * 6.3).
 */
export const isLocalhost = (hostname: string): boolean =>
  /(?:^|\.)localhost\.?$/.test(hostname.toLowerCase())

const addressesOf = (
  hostname: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
): void => {
  if (isLocalhost(hostname)) done(null, LOOPBACK)
  else resolve(hostname, { all: true }, done)
}

/** The fault of an address that policy forbids. */
export const addressDenied = (hostname: string): Fault =>
  new Fault(
    'provider_misconfigured',
    `Every address of ${hostname} is in a network that outbound.denyNetworks of the process forbids: an administrator may except it in outbound.allowNetworks.`,
  )

/**
 * Name resolution for one connection (R25). Only permitted addresses are answered, and the socket
 * connects to exactly what is answered here, so a name that resolves differently a moment later
 * gains nothing.
 */
export const createCheckedLookup =
  (isPermitted: AddressFilter): LookupFunction =>
  (hostname, options, callback) => {
    addressesOf(hostname, (error, addresses) => {
      if (error !== null) return callback(error, [])
      const permitted = addresses.filter(({ address }) => isPermitted(address))
      const [first] = permitted
      if (first === undefined) return callback(addressDenied(hostname), [])
      if (options.all === true) return callback(null, [...permitted])
      return callback(null, first.address, first.family)
    })
  }

/**
 * Every address of a name, permitted or not, found as connections find them.
 * @throws Error of the name server
 */
export const resolveName = (hostname: string): Promise<readonly LookupAddress[]> =>
  new Promise((settle, fail) => {
    addressesOf(hostname, (error, addresses) => {
      if (error === null) settle(addresses)
      else fail(error)
    })
  })
