// The way into a simulated backend from another process: a Unix domain socket, one JSON object a line in, one answer a line out.
import { chmod, lstat, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { LineError, type LineText } from './lines.ts'
import { answerTakesMs, type LineRequest, parseRequest } from './simulated-command.ts'
import { systemReason } from './system-reason.ts'

export type Fields = Readonly<Record<string, unknown>>
export type Answer = (Fields & { readonly ok: true }) | { readonly ok: false; readonly error: LineText }

/** What was asked is done or refused; the answer's fields go out as they are. */
export type RequestHandler = (request: LineRequest) => Promise<Answer>

const lineLengthMax = 4096
const connectionsMax = 64
/** Linux keeps 108 bytes for the path of a socket, the last of them zero. */
const pathBytesMax = 107
const answerDeadlineMs = 10_000

/** @throws LineError if the path cannot carry a socket, or a running program has it already. A dead program's socket is replaced. */
export async function listenForRequests(socketPath: string, handle: RequestHandler): Promise<AsyncDisposable> {
  assertPathFits(socketPath)
  await removeStaleSocket(socketPath)
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serve(socket, handle)
  })
  server.maxConnections = connectionsMax
  await listen(server, socketPath)
  await chmod(socketPath, 0o600) // Whoever may write here can press buttons.
  return {
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/**
 * Sends one request and waits for its answer.
 * @throws LineError if nobody listens, the answer does not come in time, or the request is refused.
 */
export async function ask(socketPath: string, request: LineRequest): Promise<Fields> {
  assertPathFits(socketPath)
  const text = await exchange(socketPath, `${JSON.stringify(request)}\n`, answerTakesMs(request) + answerDeadlineMs)
  const answer = readAnswer(text)
  if (answer === null)
    throw new LineError({
      de: `${socketPath} antwortet nicht wie nachgebildete Leitungen. Den Socket eines Geräts mit nachgebildeten Leitungen nennen.`,
      en: `${socketPath} does not answer as simulated lines do. Name the socket of a simulated device.`,
    })
  if (!answer.ok) throw new LineError(answer.error)
  return answer
}

function serve(socket: Socket, handle: RequestHandler): void {
  const reply = (answer: Answer): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`)
  }
  socket.on('error', () => socket.destroy()) // The other side went away; it wants no answer.
  let answered = Promise.resolve()
  onLines(socket, text => {
    // Carried out at once, answered in the order of asking.
    const answer = text === null ? tooLong : answerTo(text, handle)
    answered = answered.then(async () => reply(await answer))
    if (text === null) answered.then(() => socket.destroySoon())
  })
}

const tooLong: Promise<Answer> = Promise.resolve({
  ok: false,
  error: {
    de: `Ein Befehl ist höchstens ${lineLengthMax} Zeichen lang. Kürzere Zeilen senden.`,
    en: `A command is at most ${lineLengthMax} characters long. Send shorter lines.`,
  },
})

async function answerTo(text: string, handle: RequestHandler): Promise<Answer> {
  const parsed = parseRequest(text)
  return parsed.kind === 'refused' ? { ok: false, error: parsed.reason } : handle(parsed.request)
}

/** Calls back once a line; once with null, and no more, if a line is too long. */
function onLines(socket: Socket, onLine: (text: string | null) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    const overlong = [...lines, rest].some(text => text.length > lineLengthMax)
    for (const text of overlong ? [null] : lines) onLine(text)
    if (overlong) socket.removeAllListeners('data').resume()
  })
}

/** One line out, one line back. */
function exchange(socketPath: string, line: string, deadlineMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    const end = (finish: () => void): void => {
      clearTimeout(timer)
      socket.destroy()
      finish()
    }
    const fail = (sentence: LineText): void => end(() => reject(new LineError(sentence)))
    const timer = setTimeout(() => {
      fail({
        de: `Keine Antwort von ${socketPath} in ${deadlineMs} ms. Nachsehen, ob das Geräteprogramm noch läuft, sonst es neu starten.`,
        en: `No answer from ${socketPath} in ${deadlineMs} ms. See whether the device’s program still runs, and start it again if not.`,
      })
    }, deadlineMs)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(line))
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n')) end(() => resolve(text))
    })
    socket.on('error', error => fail(connectSentence(socketPath, error)))
    socket.on('close', () =>
      fail({
        de: `Das Gerät hinter ${socketPath} hat sich beendet, bevor es geantwortet hat. Es neu starten.`,
        en: `The device behind ${socketPath} ended before it answered. Start it again.`,
      }),
    )
  })
}

function readAnswer(text: string): Answer | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('ok' in value)) return null
    if (value.ok === true) return { ...value, ok: true }
    return 'error' in value && isText(value.error) ? { ok: false, error: value.error } : null
  } catch {
    return null // Not JSON, so not ours; the caller says so.
  }
}

const isText = (value: unknown): value is LineText =>
  typeof value === 'object' &&
  value !== null &&
  'de' in value &&
  'en' in value &&
  typeof value.de === 'string' &&
  typeof value.en === 'string'

function connectSentence(socketPath: string, error: NodeJS.ErrnoException): LineText {
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
    return {
      de: `Unter ${socketPath} ist kein Gerät mit nachgebildeten Leitungen erreichbar. Es zuerst starten, oder den Socket nennen, mit dem es gestartet wurde.`,
      en: `No device with simulated lines listens at ${socketPath}. Start it first, or name the socket that it was started with.`,
    }
  if (error.code === 'EACCES')
    return {
      de: `Dieses Konto darf ${socketPath} nicht benutzen. Den Befehl mit dem Konto ausführen, unter dem das Gerät läuft.`,
      en: `This account may not use ${socketPath}. Run the command as the account that runs the device.`,
    }
  const reason = systemReason(error)
  return {
    de: `${socketPath} ist nicht erreichbar: ${reason.de}. Nachsehen, ob das Geräteprogramm noch läuft.`,
    en: `${socketPath} cannot be reached: ${reason.en}. See whether the device’s program still runs.`,
  }
}

function assertPathFits(socketPath: string): void {
  const bytes = Buffer.byteLength(socketPath)
  if (bytes > 0 && bytes <= pathBytesMax) return
  throw new LineError({
    de: `Der Pfad ${socketPath} des Sockets hat ${bytes} Bytes; erwartet werden 1 bis ${pathBytesMax}. Einen kürzeren Pfad wählen.`,
    en: `The socket path ${socketPath} has ${bytes} bytes; expected 1 to ${pathBytesMax}. Choose a path closer to the root.`,
  })
}

/** Removes what a dead program left behind, and nothing else. */
async function removeStaleSocket(socketPath: string): Promise<void> {
  const found = await lstat(socketPath).catch(() => null) // Nothing there, or not to be seen: listening will tell.
  if (found === null) return
  if (!found.isSocket()) {
    throw new LineError({
      de: `${socketPath} ist schon vorhanden und kein Socket. Wegbewegen, oder für die nachgebildeten Leitungen einen anderen Pfad wählen.`,
      en: `${socketPath} exists and is no socket. Move it away, or choose another path for the simulated lines.`,
    })
  }
  if (await isAnswered(socketPath)) {
    throw new LineError({
      de: `Unter ${socketPath} hat ein anderes laufendes Programm seine nachgebildeten Leitungen. Dieses beenden oder einen anderen Pfad wählen.`,
      en: `Another running program has its simulated lines at ${socketPath}. Stop it, or choose another path.`,
    })
  }
  await unlink(socketPath).catch(() => {}) // If it stays, listening says why it cannot be used.
}

function isAnswered(socketPath: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(socketPath)
    socket.once('connect', () => resolve(true))
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'))
    socket.once('connect', () => socket.destroy())
  })
}

function listen(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = systemReason(error)
      reject(
        new LineError({
          de: `Der Socket ${socketPath} kann nicht angelegt werden: ${reason.de}. Prüfen, ob sein Ordner vorhanden ist und dieses Konto dort schreiben darf.`,
          en: `The socket ${socketPath} cannot be created: ${reason.en}. See that its folder exists and that this account may write there.`,
        }),
      )
    })
    server.listen(socketPath, () => resolve())
  })
}
