/** Names beginning so belong to this service: no downstream may send them on. */
export const OWN_HEADER_PREFIX = 'x-sallyport-'

/** The header that carries an assertion, unless a route names another. */
export const ASSERTION_HEADER = `${OWN_HEADER_PREFIX}assertion`
