// Who the device is: whether key and certificates are there, belong together, are kept from others, and until when they hold.
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { StartError } from '../../../protocol/command-line/start-error.ts'
import type { DeviceId } from '../../../protocol/ids.ts'
import { type Text, text } from '../../../protocol/text.ts'
import type { IdentityFiles } from '../configuration.ts'
import { isMissing } from '../files.ts'
import { type Identity, loadIdentity } from '../identity.ts'
import { type Account, type FileRights, mayUse, probeRights } from './account.ts'
import { day, type Finding, findingsOf } from './finding.ts'
import type { Roots } from './roots.ts'

export type Validity = { readonly path: string; readonly from: Date; readonly until: Date }
export type IdentityReading = {
  readonly device: DeviceId
  readonly account: Account
  readonly keyPath: string
  /** Of the key; null: there is none, or whoever examines may not even see it. */
  readonly key: FileRights | null
  /** Whether whoever examines may read the key, if there is one. */
  readonly readable: boolean
  /** What the program would say instead of starting; null: nothing. */
  readonly refusal: Text | null
  readonly validities: readonly Validity[]
  readonly now: Date
}

const dayMs = 86_400_000
/** A certificate that ends sooner than this is to be renewed now. */
const renewMs = 30 * dayMs

export async function probeIdentity(
  files: IdentityFiles,
  device: DeviceId,
  account: Account,
  roots: Roots,
): Promise<{ readonly reading: IdentityReading; readonly identity: Identity | null }> {
  const key = await probeRights(files.key, roots)
  const readable = await isReadable(files.key)
  const loaded = readable ? await load(files, device) : { identity: null, refusal: null }
  const validities = await Promise.all([files.certificate, files.authority].map(readValidity))
  return {
    identity: loaded.identity,
    reading: {
      device,
      account,
      keyPath: files.key,
      key,
      readable,
      refusal: loaded.refusal,
      validities: validities.filter(validity => validity !== null),
      now: new Date(),
    },
  }
}

export function judgeIdentity(reading: IdentityReading): readonly Finding[] {
  const { ok, note, failed } = findingsOf('identity')
  const { device, keyPath, key, readable, refusal, validities, now } = reading
  if (refusal !== null) return [failed('refused', refusal)]
  const rights = key === null ? [] : judgeKey(key, reading.account)
  const dates = validities.flatMap(validity => judgeDates(validity, now))
  if (!readable)
    return [
      ...rights,
      ...dates,
      note(
        'notExamined',
        text(
          `Dieses Konto darf den Schlüssel ${keyPath} nicht lesen, die Identität ist ungeprüft. Mit sudo noch einmal prüfen.`,
          `This account may not read the key ${keyPath}, so the identity was not examined. Examine again with sudo.`,
        ),
      ),
    ]
  if (rights.length + dates.length > 0) return [...rights, ...dates]
  const until = day(new Date(Math.min(...validities.map(validity => validity.until.getTime()))))
  return [
    ok(
      'valid',
      text(
        `Schlüssel und Zertifikat gehören zusammen, gelten für ${device} und bis zum ${until.de}; andere Konten können den Schlüssel nicht lesen.`,
        `Key and certificate belong together and hold for ${device} until ${until.en}; other accounts cannot read the key.`,
      ),
    ),
  ]
}

function judgeKey(key: FileRights, account: Account): readonly Finding[] {
  const { note, failed } = findingsOf('identity', 'key')
  const { path, mode } = key
  if (!mayUse(account, key, 'read'))
    return [
      failed(
        'keyNotReadable',
        text(
          `Das Konto ${account.name} darf den Schlüssel ${path} nicht lesen; das Programm startet so nicht. „sudo chown ${account.name} ${path}“ ausführen.`,
          `The account ${account.name} may not read the key ${path}; the program does not start like this. Run “sudo chown ${account.name} ${path}”.`,
        ),
      ),
    ]
  if ((mode & 0o077) === 0) return []
  return [
    note(
      'keyOpen',
      text(
        `Andere Konten dürfen den Schlüssel ${path} benutzen. „sudo chmod 600 ${path}“ ausführen.`,
        `Other accounts may use the key ${path}. Run “sudo chmod 600 ${path}”.`,
      ),
    ),
  ]
}

function judgeDates({ path, from, until }: Validity, now: Date): readonly Finding[] {
  const { note, failed } = findingsOf('identity', path)
  if (now < from) {
    const [start, today] = [day(from), day(now)]
    return [
      failed(
        'notYetValid',
        text(
          `Das Zertifikat ${path} gilt erst ab dem ${start.de}, die Uhr zeigt den ${today.de}: Sie geht falsch, und keine Verbindung kommt zustande. Uhr stellen.`,
          `The certificate ${path} holds from ${start.en} on, the clock says ${today.en}: it is wrong, and no connection is made. Set the clock.`,
        ),
      ),
    ]
  }
  const end = day(until)
  if (now > until)
    return [
      failed(
        'expired',
        text(
          `Das Zertifikat ${path} ist seit dem ${end.de} abgelaufen: Die Zentrale nimmt das Gerät nicht an. In der Zentrale ein neues ausstellen.`,
          `The certificate ${path} expired on ${end.en}: the gateway does not accept the device. Have the gateway issue a new one.`,
        ),
      ),
    ]
  if (until.getTime() - now.getTime() > renewMs) return []
  return [
    note(
      'expiresSoon',
      text(
        `Das Zertifikat ${path} läuft am ${end.de} ab. In der Zentrale rechtzeitig ein neues ausstellen.`,
        `The certificate ${path} expires on ${end.en}. Have the gateway issue a new one in time.`,
      ),
    ),
  ]
}

async function load(
  files: IdentityFiles,
  device: DeviceId,
): Promise<{ readonly identity: Identity | null; readonly refusal: Text | null }> {
  try {
    return { identity: await loadIdentity(files, device), refusal: null }
  } catch (error) {
    if (error instanceof StartError) return { identity: null, refusal: error.text }
    throw error
  }
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await readFile(path)
    return true
  } catch (error) {
    return isMissing(error) // A key that is missing is told as the program tells it.
  }
}

async function readValidity(path: string): Promise<Validity | null> {
  try {
    const { validFromDate, validToDate } = new X509Certificate(await readFile(path))
    return { path, from: validFromDate, until: validToDate }
  } catch {
    return null // What is wrong with the file is told by the refusal.
  }
}
