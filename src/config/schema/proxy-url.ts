import { isCidr } from './network.ts'

/** Whether a URL is that of an HTTP proxy; if not, what it must be. */
export const proxyUrlProblem = (value: string): string | undefined => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || url.hostname === '') {
    return 'must be a URL such as http://proxy.example.com:3128'
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return 'must begin with http:// or https://: other proxies, SOCKS among them, are not supported'
  }
  if (url.username !== '' || url.password !== '') {
    return 'must not carry a user name or password: give them by file, in outbound.proxy.usernameFile and outbound.proxy.passwordFile'
  }
  return url.pathname === '/' && url.search === '' && url.hash === ''
    ? undefined
    : 'must end with the port, such as http://proxy.example.com:3128'
}

const EXCEPTION =
  /^(?:\*|(?:\*?\.)?[A-Za-z0-9_-][A-Za-z0-9._-]*(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?)$/

/** Whether text names hosts as `NO_PROXY` does. */
export const isProxyException = (text: string): boolean =>
  EXCEPTION.test(text) || isCidr(text) || isCidr(`${text}/0`)
