// What a gateway that dies lives through: one alarm after the other, with the oracles after each.
import { type Lives, type LivesOptions, live } from './lives.ts'
import { expectFoldIsLive, expectNobodyCalledSince, expectPressesKept, expectSound } from './oracles.ts'
import { close, pressAndTake, type Taken } from './story.ts'
import { buttons, type Town } from './town.ts'

/** The alarms of one town, one after the other; each is closed in the life of the next one. */
export class Day implements AsyncDisposable {
  readonly #town: Town
  readonly gateway: Lives
  readonly #device: Lives
  #alarms = 0
  #before: Taken | null = null

  static async begin(town: Town, options: LivesOptions = {}): Promise<Day> {
    const [gateway, device] = await Promise.all([live(town, 'gateway', options), live(town, 'device')])
    return new Day(town, gateway, device)
  }

  private constructor(town: Town, gateway: Lives, device: Lives) {
    this.#town = town
    this.gateway = gateway
    this.#device = device
  }

  /** One alarm from its first press until it is taken, and the close of the one before. */
  async alarm(): Promise<void> {
    const town = this.#town
    this.#alarms += 1
    const taken = await pressAndTake(town, buttons[this.#alarms % buttons.length] ?? 'tresen', 'once')
    if (this.#before !== null) {
      await close(town, this.#before)
      expectNobodyCalledSince(town, this.#before)
    }
    this.#before = taken
    await expectPressesKept(town, 'lives')
    await expectFoldIsLive(town)
    expectSound(town.records())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device[Symbol.asyncDispose]()
    await this.gateway[Symbol.asyncDispose]()
  }
}
