// The console side of a gateway program, with the promises of gateway/shell/http: open pages, what they have shown, and answers
// that wait for the disk.
import { type ConsoleChannel, consoleChannel, type Page } from '../../gateway/channels/console.ts'
import type { RecordNumber } from '../../gateway/core/record-types.ts'
import type { Emit } from '../../gateway/shell/ports.ts'
import type { ResponderId } from '../../protocol/ids.ts'
import { limits } from '../../protocol/limits.ts'
import type { Agenda } from './agenda.ts'
import type { Packet } from './packet.ts'
import type { End } from './path.ts'
import type { Ending } from './power.ts'

type OpenPage = Page & { readonly end: End; readonly responder: ResponderId }
type Waiting = { readonly record: RecordNumber; readonly answer: (result: 'done' | 'notYet') => void }

export class Pages {
  readonly channel: ConsoleChannel
  readonly #agenda: Agenda
  readonly #emit: Emit
  readonly #lastRecord: () => RecordNumber
  readonly #open = new Set<OpenPage>()
  #waiting: Waiting[] = []
  #through = 0

  /** @param lastRecord what the step has decided so far: an answer waits until that is on disk. */
  constructor(agenda: Agenda, emit: Emit, lastRecord: () => RecordNumber) {
    this.#agenda = agenda
    this.#emit = emit
    this.#lastRecord = lastRecord
    this.channel = consoleChannel(
      responder => this.#pagesOf(responder),
      (notification, responder, outcome) =>
        emit({ kind: 'notificationEnded', notification, responder, channel: 'console', outcome }),
    )
  }

  accept(end: End, responder: ResponderId): void {
    const page: OpenPage = {
      end,
      responder,
      show: message => end.send({ kind: 'publish', wire: { kind: 'object', message, signer: '' }, packetId: null }),
    }
    this.#open.add(page)
    end.onPacket = packet => this.#heard(page, packet)
    end.onLost = () => this.#gone(page)
    end.send({ kind: 'connack' })
    this.#tellPresence(responder, true)
  }

  recorded(through: RecordNumber): void {
    this.#through = through
    this.#answer(({ record }) => record <= through, 'done')
  }

  failed(): void {
    this.#answer(() => true, 'notYet')
  }

  end(how: Ending): void {
    for (const { end } of this.#open) {
      if (how === 'powerCut') end.vanish()
      else end.close()
    }
    this.#waiting = []
  }

  #heard(page: OpenPage, packet: Packet): void {
    const { responder, end } = page
    if (packet.kind === 'seen') this.channel.seen(packet.notification, responder)
    if (packet.kind === 'disconnect') {
      end.close()
      this.#gone(page)
    }
    if (packet.kind !== 'ask') return
    this.#emit({
      kind: 'responderSaid',
      responder,
      channel: 'console',
      address: 'page',
      message: packet.said,
      isOnRecord: true,
      delivery: null,
    })
    this.#whenRecorded(result => end.send({ kind: 'answer', asking: packet.asking, result }))
  }

  #whenRecorded(answer: (result: 'done' | 'notYet') => void): void {
    const record = this.#lastRecord()
    if (record <= this.#through) {
      answer('done')
      return
    }
    const waiting: Waiting = { record, answer }
    this.#waiting.push(waiting)
    this.#agenda.after(limits.commitPatienceMs, () => this.#answer(each => each === waiting, 'notYet'))
  }

  #answer(which: (waiting: Waiting) => boolean, result: 'done' | 'notYet'): void {
    const answered = this.#waiting.filter(which)
    this.#waiting = this.#waiting.filter(waiting => !which(waiting))
    for (const { answer } of answered) answer(result)
  }

  #gone(page: OpenPage): void {
    if (!this.#open.delete(page)) return
    this.channel.lost(page, page.responder, 'connectionLost')
    if (this.#pagesOf(page.responder).length === 0) this.#tellPresence(page.responder, false)
  }

  #pagesOf(responder: ResponderId): readonly OpenPage[] {
    return [...this.#open].filter(page => page.responder === responder)
  }

  #tellPresence(responder: ResponderId, present: boolean): void {
    this.#emit({ kind: 'responderPresent', responder, channel: 'console', present })
  }
}
