// An imitation of the kernel's GPIO character device as the programs of gpiod show it, in both dialects, for tests. The programs
// themselves are processes (gpiod-imitation.c); chips, lines, interrupts and their time stamps live here. What is printed is what gpiod
// v1.6.3 and v2.2 print; it has no driver, so it says nothing about real timing.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** v3.0 is none that exists. */
export type GpiodVersion = 'v1.6.3' | 'v2.2.1' | 'v3.0'
export type ImitatedChip = {
  readonly number: number
  readonly label: string
  readonly names: readonly (string | null)[]
}

export type GpiodImitation = AsyncDisposable & {
  /** What a process needs to find the programs and the world: PATH and GPIO_IMITATION. */
  readonly environment: Readonly<Record<string, string>>
  readonly setLevel: (label: string, offset: number, high: boolean) => void
  /** A change and its way back within one interrupt: the kernel tells one edge, to the level that was. */
  readonly pulse: (label: string, offset: number) => void
  readonly levelOf: (label: string, offset: number) => boolean
  readonly biasOf: (label: string, offset: number) => string
  /** While dead, levels change and no edge is reported. */
  readonly setInterruptDead: (dead: boolean) => void
  /** Takes this account's right to open any chip. */
  readonly forbid: () => void
  readonly unplug: (label: string) => void
  readonly plug: (chip: ImitatedChip) => void
  /** As a driver of the kernel would. */
  readonly take: (label: string, offset: number) => void
  /** Who holds lines now, by program name. */
  readonly holders: () => readonly string[]
  /** How often each program was started. */
  readonly starts: (program: string) => number
}

type Line = { high: boolean; bias: string; holder: Holder | null; taken: boolean }
type Chip = ImitatedChip & { readonly lines: Line[] }
type Holder = {
  readonly program: string
  readonly socket: Socket
  readonly gone: Promise<void>
  readonly format: string | null
}

const programs = ['gpiodetect', 'gpioinfo', 'gpioget', 'gpioset', 'gpiomon']
/** The kernel frees a line before its holder counts as gone; here the two messages may come in another order. */
const freeingMs = 200

/** @throws Error if there is no C compiler. */
export async function imitateGpiod(version: GpiodVersion, chips: readonly ImitatedChip[]): Promise<GpiodImitation> {
  const folder = mkdtempSync(join(tmpdir(), 'stillruf-gpiod-'))
  const socketPath = join(folder, 'kernel')
  compile(folder)
  const kernel = new Kernel(version)
  for (const chip of chips) kernel.plug(chip)
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    const gone = new Promise<void>(resolve => socket.once('close', () => resolve()))
    void gone.then(() => sockets.delete(socket))
    socket.on('error', () => socket.destroy()) // It was killed.
    socket.setEncoding('utf8').once('data', (text: string) => {
      const [program = '', ...options] = text.trimEnd().split('\x1f')
      void kernel.serve({ program, socket, gone, format: null }, options)
    })
  })
  await new Promise<void>(resolve => server.listen(socketPath, resolve))
  return {
    environment: { PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter), GPIO_IMITATION: socketPath },
    setLevel: (label, offset, high) => kernel.move(label, offset, high),
    pulse: (label, offset) => kernel.interrupt(kernel.lineOf(label, offset), offset),
    levelOf: (label, offset) => kernel.lineOf(label, offset).high,
    biasOf: (label, offset) => kernel.lineOf(label, offset).bias,
    setInterruptDead: dead => {
      kernel.interruptDead = dead
    },
    forbid: () => {
      kernel.forbidden = true
    },
    unplug: label => kernel.unplug(label),
    plug: chip => kernel.plug(chip),
    take: (label, offset) => {
      kernel.lineOf(label, offset).taken = true
    },
    holders: () => kernel.chips.flatMap(chip => chip.lines.flatMap(line => line.holder?.program ?? [])),
    starts: program => kernel.starts.get(program) ?? 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function compile(folder: string): void {
  mkdirSync(join(folder, 'bin'))
  const source = join(import.meta.dirname, 'gpiod-imitation.c')
  const options = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-o', join(folder, 'program'), source]
  const compiled = spawnSync('gcc', options, { encoding: 'utf8' })
  if (compiled.status !== 0) throw new Error(`gcc: ${compiled.stderr ?? compiled.error?.message}`)
  for (const program of programs) symlinkSync(join(folder, 'program'), join(folder, 'bin', program))
}

type Asked = {
  readonly chip: string
  readonly words: readonly string[]
  readonly bias: string
  readonly format: string | null
}

class Kernel {
  readonly #version: GpiodVersion
  readonly #isV1: boolean
  readonly chips: Chip[] = []
  readonly starts = new Map<string, number>()
  /** Levels outlive an unplugged chip: the contact is another thing than the chip. */
  readonly #levels = new Map<string, boolean>()
  interruptDead = false
  forbidden = false

  constructor(version: GpiodVersion) {
    this.#version = version
    this.#isV1 = version.startsWith('v1')
  }

  plug(chip: ImitatedChip): void {
    const lines = chip.names.map((_, offset) => {
      const high = this.#levels.get(`${chip.label} ${offset}`) ?? true
      return { high, bias: 'as-is', holder: null, taken: false }
    })
    this.chips.push({ ...chip, lines })
  }

  unplug(label: string): void {
    const [chip] = this.chips.splice(
      this.chips.findIndex(each => each.label === label),
      1,
    )
    const what = this.#isV1 ? 'error waiting for events' : 'error reading line events'
    for (const [offset, line] of chip?.lines.entries() ?? []) {
      this.#levels.set(`${label} ${offset}`, line.high)
      if (line.holder?.program === 'gpiomon') end(line.holder, 1, `gpiomon: ${what}: No such device`)
      if (line.holder?.program === 'gpioset' && !this.#isV1) end(line.holder, 0) // v1.6 does not notice
    }
  }

  lineOf(label: string, offset: number): Line {
    const line = this.chips.find(chip => chip.label === label)?.lines[offset]
    if (line === undefined) throw new Error(`no line ${offset} on ${label}`)
    return line
  }

  /** The contact moves, whether or not its chip is plugged in. */
  move(label: string, offset: number, high: boolean): void {
    this.#levels.set(`${label} ${offset}`, high)
    if (this.chips.some(chip => chip.label === label)) this.#drive(this.lineOf(label, offset), offset, high)
  }

  #drive(line: Line, offset: number, high: boolean): void {
    if (line.high === high) return
    line.high = high
    this.interrupt(line, offset)
  }

  interrupt({ high, holder }: Line, offset: number): void {
    if (holder?.format == null || this.interruptDead) return
    const now = process.hrtime.bigint()
    const [seconds, nanoseconds] = [now / 1_000_000_000n, now % 1_000_000_000n]
    const values: Record<string, string> = {
      '%o': String(offset),
      '%e': high ? '1' : this.#isV1 ? '0' : '2',
      '%s': this.#isV1 ? String(seconds) : '%s',
      '%n': this.#isV1 ? String(nanoseconds) : '%n',
      '%S': this.#isV1 ? '%S' : `${seconds}.${String(nanoseconds).padStart(9, '0')}`,
    }
    tell(holder, `o${holder.format.replace(/%./g, found => values[found] ?? found)}`)
  }

  async serve(caller: Holder, options: readonly string[]): Promise<void> {
    const { program } = caller
    this.starts.set(program, (this.starts.get(program) ?? 0) + 1)
    if (options[0] === '--version') return this.#print(caller, [`${program} (libgpiod) ${this.#version}`])
    const sorted = this.chips.toSorted((one, other) => one.number - other.number)
    if (this.forbidden && program === 'gpiodetect') return end(caller, 1, this.#forbiddenText())
    if (program === 'gpiodetect')
      return this.#print(
        caller,
        sorted.map(chip => `gpiochip${chip.number} [${chip.label}] (${chip.lines.length} lines)`),
      )
    if (program === 'gpioinfo')
      return this.#print(
        caller,
        sorted.flatMap(chip => this.#info(chip)),
      )
    await this.#request(caller, this.#isV1 ? parseV1(options) : parseV2(options))
  }

  #forbiddenText(): string {
    const what = this.#isV1 ? 'unable to access GPIO chips' : "unable to open chip '/dev/gpiochip0'"
    return `gpiodetect: ${what}: Permission denied`
  }

  #print(caller: Holder, lines: readonly string[]): void {
    for (const line of lines) tell(caller, `o${line}`)
    end(caller, 0)
  }

  #info(chip: Chip): readonly string[] {
    const lines = chip.lines.map(({ holder, taken }, offset) => {
      const name = chip.names[offset] ?? null
      const quoted = name === null ? 'unnamed' : `"${name}"`
      const used = taken ? 'kernel' : holder === null ? null : holder.program
      if (!this.#isV1)
        return `\tline ${String(offset).padStart(3)}:\t${quoted.padEnd(16)}\tinput${used === null ? '' : ` consumer="${used}"`}`
      const consumer = used === null ? 'unused' : taken ? used : `"${used}"`
      const flags = used === null ? '' : '[used]'
      return `\tline ${String(offset).padStart(3)}: ${quoted.padStart(12)} ${consumer.padStart(12)}   input  active-high ${flags}`
    })
    return [`gpiochip${chip.number} - ${chip.lines.length} lines:`, ...lines]
  }

  async #request(caller: Holder, asked: Asked): Promise<void> {
    const { program } = caller
    const chip = this.chips.find(each => String(each.number) === asked.chip)
    if (chip === undefined) return this.#refuse(caller, asked.chip, 'No such file or directory')
    const words = asked.words.map(word => word.split('='))
    const lines = words.map(([offset]) => chip.lines[Number(offset)])
    for (const [index, line] of lines.entries()) {
      const reason = await this.#obstacle(program, line, chip.names[Number(words[index]?.[0])] ?? null)
      if (reason !== null) return this.#refuse(caller, asked.chip, reason)
    }
    const found = lines.filter(line => line !== undefined)
    for (const line of found) line.bias = asked.bias
    if (program === 'gpioget') return this.#print(caller, [found.map(line => (line.high ? '1' : '0')).join(' ')])
    for (const [index, line] of found.entries()) this.#hold(caller, line, asked, words[index]?.[1])
    if (!this.#isV1) tell(caller, `o${bannerOf(program, words)}`)
  }

  async #obstacle(program: string, line: Line | undefined, name: string | null): Promise<string | null> {
    if (this.forbidden) return 'Permission denied'
    if (line === undefined) return 'Invalid argument'
    if (line.holder !== null) await Promise.race([line.holder.gone, delay(freeingMs)])
    if (line.holder !== null || line.taken) return 'Device or resource busy'
    if (name !== 'NO_INTERRUPT' || program !== 'gpiomon') return null
    return this.#isV1 ? 'No such device' : 'No such device or address'
  }

  #hold(caller: Holder, line: Line, { format }: Asked, value: string | undefined): void {
    const holder = { ...caller, format }
    line.holder = holder
    void caller.gone.then(() => {
      if (line.holder === holder) line.holder = null
    })
    if (value !== undefined) line.high = value === '1'
    const v1Name = caller.program === 'gpiomon' ? 'gpio-event' : 'gpio-linehandle'
    tell(caller, `hanon_inode:${this.#isV1 ? v1Name : 'gpio-line'}`)
  }

  #refuse(caller: Holder, chip: string, reason: string): void {
    const { program } = caller
    if (reason.startsWith('No such file') && !this.#isV1) {
      end(caller, 1, `${program}: cannot find GPIO chip character device '${chip}'`)
      return
    }
    const what = { gpioget: 'error reading GPIO values', gpioset: 'error setting the GPIO line values' }[program]
    const v2What = `unable to request lines${program === 'gpioget' ? '' : ` on chip /dev/gpiochip${chip}`}`
    end(caller, 1, `${program}: ${this.#isV1 ? (what ?? 'error waiting for events') : v2What}: ${reason}`)
  }
}

function bannerOf(program: string, words: readonly (readonly string[])[]): string {
  const lines = words.map(([line]) => `'${line}'`)
  const [verb, last] = [program === 'gpiomon' ? 'Monitoring' : 'Setting', lines.at(-1)]
  return lines.length === 1
    ? `${verb} line ${last}...`
    : `${verb} lines ${lines.slice(0, -1).join(', ')}, and ${last}...`
}

/** `gpiomon --line-buffered --format=F --bias=pull-up 0 17` */
function parseV1(options: readonly string[]): Asked {
  const [chip = '', ...words] = options.filter(option => !option.startsWith('--'))
  return { chip, words, bias: optionOf(options, 'bias') ?? 'as-is', format: optionOf(options, 'format') }
}

/** `gpiomon --banner --format=F --bias=pull-up --chip=0 17` */
function parseV2(options: readonly string[]): Asked {
  const words = options.filter(option => !option.startsWith('--'))
  const bias = optionOf(options, 'bias') ?? 'as-is'
  return { chip: optionOf(options, 'chip') ?? '', words, bias, format: optionOf(options, 'format') }
}

const optionOf = (options: readonly string[], name: string): string | null =>
  options.find(option => option.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null

function tell({ socket }: Holder, order: string): void {
  if (!socket.destroyed) socket.write(`${order}\n`)
}

function end(holder: Holder, status: number, said?: string): void {
  if (said !== undefined) tell(holder, `e${said}`)
  tell(holder, `x${status}`)
}
