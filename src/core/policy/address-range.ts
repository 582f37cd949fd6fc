/** A network in CIDR notation, ready to be compared with. */
export interface AddressRange {
  /** As the operator wrote it. */
  readonly written: string
  /** Two numbers of 16 bits for IPv4, eight for IPv6; none has a bit behind the prefix. */
  readonly groups: readonly number[]
  /** How many leading bits count. */
  readonly bits: number
}
