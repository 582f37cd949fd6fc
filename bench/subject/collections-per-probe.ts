/** How often a probe collects garbage before it answers: what is freed late is freed then. */
export const COLLECTIONS_PER_PROBE = 3
