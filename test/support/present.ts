import { createLook } from '../../src/http/look.ts'
import { createPresent } from '../../src/http/present.ts'

const look = createLook()

/** Denials as they are presented where no page was branded. */
export const present = createPresent({ look: () => look })
