/** Names beginning so belong to this service: no downstream may send them on. */
export const OWN_HEADER_PREFIX = 'x-sallyport-'
