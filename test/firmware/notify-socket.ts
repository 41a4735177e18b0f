// The end of sd_notify that systemd has: a datagram socket, and what came in there. Node has no such sockets; Python has.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { temporaryFolder } from './test-device.ts'

const script = `
import socket, sys
end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
end.bind(sys.argv[1])
print('listening', flush=True)
while True:
    print(end.recv(4096).decode(), flush=True)
`
const runs = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
/** The tests are skipped by name where the programs are missing. */
export const canNotify = runs('python3') && runs('systemd-notify')

export class NotifySocket implements AsyncDisposable {
  /** Without the barrier with which systemd-notify waits for its message to be taken. */
  readonly heard: string[] = []
  readonly path: string
  readonly #folder: AsyncDisposable
  readonly #process: ChildProcess

  static async listen(): Promise<NotifySocket> {
    const folder = await temporaryFolder()
    const socket = new NotifySocket(folder)
    await once(socket.#process.stdout ?? socket.#process, 'data')
    return socket
  }

  private constructor(folder: { readonly path: string } & AsyncDisposable) {
    this.#folder = folder
    this.path = join(folder.path, 'notify')
    this.#process = spawn('python3', ['-c', script, this.path], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.heard.push(...text.split('\n').filter(line => line.includes('=') && line !== 'BARRIER=1'))
    })
  }

  get environment(): Readonly<Record<string, string>> {
    return { NOTIFY_SOCKET: this.path }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGKILL')
    await once(this.#process, 'close')
    await this.#folder[Symbol.asyncDispose]()
  }
}
