const MAX_LENGTH = 512

const WITHOUT_PATH = 'client_id has to lead to a document: give its URL a path.'

/**
 * What is wrong with a `client_id` that is the URL of a document (draft-ietf-oauth-client-id-
 * metadata-document section 3), in one sentence; `undefined`: nothing. It has to be written as it
 * would be sent, since it is compared letter by letter: whatever a parser would write otherwise,
 * dot segments among them, is refused.
 */
export const complaintAboutClientId = (clientId: string): string | undefined => {
  if (clientId.length > MAX_LENGTH) {
    return `client_id has ${clientId.length} characters, and a URL of at most ${MAX_LENGTH} is taken.`
  }
  const url = URL.parse(clientId)
  if (url?.protocol !== 'https:') {
    return 'client_id has to be the https URL of the metadata document of the client.'
  }
  if (url.username !== '' || url.password !== '') {
    return 'client_id has a user name or a password in its URL: leave them out.'
  }
  if (clientId.includes('#')) return 'client_id has a fragment: leave out # and what follows it.'
  if (url.pathname === '/') return WITHOUT_PATH
  return url.href === clientId
    ? undefined
    : `client_id has to be written in its normal form, which is ${url.href}.`
}
