import type { InvalidObject } from '../../policy/compile/object/invalid-object.ts'

type Known = Pick<InvalidObject, 'hosts' | 'creationTimestampMs'>

/** The field of that name; `undefined` for whatever has none. */
export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined

const hostsOf = (manifest: unknown): Pick<Known, 'hosts'> => {
  const written = memberOf(memberOf(manifest, 'spec'), 'hosts')
  if (!Array.isArray(written)) return {}
  return { hosts: written.filter((host) => typeof host === 'string') }
}

const createdAt = (manifest: unknown): Pick<Known, 'creationTimestampMs'> => {
  const written = memberOf(memberOf(manifest, 'metadata'), 'creationTimestamp')
  const ms = typeof written === 'string' ? Date.parse(written) : Number.NaN
  return Number.isNaN(ms) ? {} : { creationTimestampMs: ms }
}

/**
 * What can be read of a manifest that cannot be used as it is: the hosts it holds and since when,
 * so that they are denied and not passed on to the next claimant (R28).
 */
export const readHeldHosts = (manifest: unknown): Known => ({
  ...hostsOf(manifest),
  ...createdAt(manifest),
})
