/** Whether a URL can be an issuer (RFC 8414 section 2); if not, what it must be. */
export const issuerUrlProblem = (value: string): string | undefined => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isOne =
    url?.protocol === 'https:' &&
    url.hostname !== '' &&
    url.username === '' &&
    url.password === '' &&
    !/[?#\s]/.test(value)
  return isOne
    ? undefined
    : 'must be an https URL without user name, query and fragment, such as https://sallyport.example.com'
}
