// The programs of the town hall while they run: started in order, killed on demand, stopped without a remainder.
import type { WriteStream } from 'node:fs'
import { StartError } from '../../protocol/command-line/start-error.ts'
import { type Language, same, type Text } from '../../protocol/text.ts'
import { type Child, type Ended, startChild } from './child.ts'
import { type Device, deviceProgram, gatewayProgram, type TownHall } from './folder.ts'
import { openLog } from './log.ts'
import { obstacle } from './texts.ts'

/** Class because it must be closed: no process may outlive it. */
export class Running implements AsyncDisposable {
  readonly #hall: TownHall
  readonly #folder: string
  readonly #language: Language
  readonly #onLogLost: (log: string, reason: Text) => void
  readonly #logs = new Map<string, WriteStream>()
  readonly #devices = new Map<string, Child>()
  readonly #cut = new Set<string>()
  readonly #unasked = Promise.withResolvers<StartError>()
  #gateway: Child | null = null
  #stopping = false
  #restarting = false

  /** @param language of the sentences of the programs. @param onLogLost called when a log can no longer be written. */
  constructor(hall: TownHall, folder: string, language: Language, onLogLost: (log: string, reason: Text) => void) {
    this.#hall = hall
    this.#folder = folder
    this.#language = language
    this.#onLogLost = onLogLost
  }

  /** Resolves when a program ends without having been asked to. */
  get endedUnasked(): Promise<StartError> {
    return this.#unasked.promise
  }

  /** @throws StartError with the sentence of the program that does not start. */
  async start(): Promise<void> {
    await this.#startGateway()
    for (const device of this.#hall.devices) await this.#startDevice(device)
  }

  /** Kills the gateway as a power cut would, and starts it again. Null if that is under way already, or all of it ends. */
  async restartGateway(): Promise<number | null> {
    if (this.#restarting || this.#stopping) return null
    this.#restarting = true
    try {
      const killedAt = performance.now()
      this.#gateway?.signal('SIGKILL')
      await this.#gateway?.ended
      await this.#startGateway()
      return this.#stopping ? null : performance.now() - killedAt
    } finally {
      this.#restarting = false
    }
  }

  /** Cuts the network of a device, or restores it. */
  toggleNetwork(device: Device): 'cut' | 'restored' {
    this.#devices.get(device.id)?.signal('SIGUSR2')
    if (this.#cut.delete(device.id)) return 'restored'
    this.#cut.add(device.id)
    return 'cut'
  }

  async #startGateway(): Promise<void> {
    const log = this.#hall.gatewayLog
    const output = await this.#openLog(log)
    if (this.#stopping) return
    this.#gateway = startChild(gatewayProgram, ['run', '--data', this.#folder], this.#language, output)
    this.#watch(this.#gateway, 'stillruf-gateway', log)
    await this.#untilStarted(this.#gateway, 'started', 'stillruf-gateway', log)
  }

  async #startDevice({ id, configuration, log }: Device): Promise<void> {
    const output = await this.#openLog(log)
    const child = startChild(deviceProgram, ['run', '--config', configuration], this.#language, output)
    this.#devices.set(id, child)
    this.#watch(child, id, log)
    await this.#untilStarted(child, 'device started', id, log)
  }

  /** Once for each: a program that is started again goes on in its log. */
  async #openLog(path: string): Promise<WriteStream> {
    const log = this.#logs.get(path) ?? (await openLog(path, reason => this.#onLogLost(path, reason)))
    this.#logs.set(path, log)
    return log
  }

  async #untilStarted(child: Child, message: string, who: string, log: string): Promise<void> {
    const outcome = await child.started(message)
    if (outcome !== 'started' && !this.#stopping) throw this.#obstacle(outcome, who, log)
  }

  #watch(child: Child, who: string, log: string): void {
    void child.ended.then(ended => {
      const asked = this.#stopping || (this.#restarting && ended.signal === 'SIGKILL')
      if (!asked) this.#unasked.resolve(this.#obstacle(ended, who, log))
    })
  }

  /** The program's own sentence, if it had one. */
  #obstacle({ sentence, code, signal }: Ended, who: string, log: string): StartError {
    const isOwn = code === 2 && sentence !== ''
    if (isOwn) return new StartError(same(sentence))
    return obstacle(texts => texts.endedUnasked(who, signal ?? `${code}`, log))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    await Promise.all([...this.#devices.values()].map(child => child.stop()))
    await this.#gateway?.stop()
    for (const log of this.#logs.values()) log.end()
  }
}
