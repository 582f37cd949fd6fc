import { connect } from 'node:tls'

/** Whether somebody speaks TLS on a port of 127.0.0.1; who it is, is not looked at. */
export const reachesTls = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('secureConnect', () => end(true))
    socket.once('error', () => end(false))
  })
