// What the journal said is safe is there after any stop, at any byte, whatever call of the file system failed before.
import { spawn } from 'node:child_process'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { type Files, type OpenFile, systemFiles } from '../../firmware/shell/files.ts'
import { openJournal } from '../../firmware/shell/journal.ts'
import { limits } from '../../protocol/limits.ts'
import { instant } from '../../protocol/time.ts'
import { failing, openSample, owedIn, pressed, retired, samplePress, sequencesOf } from './journal-samples.ts'
import { temporaryFolder } from './test-device.ts'

vi.setConfig({ testTimeout: 60_000 })

test('what was written is owed after a restart, in order, until it is retired', async () => {
  await using folder = await temporaryFolder()
  {
    await using opened = await openSample(folder.path)
    const answers = await Promise.all([1, 2, 3].map(sequence => opened.write(pressed(sequence))))
    expect(answers).toEqual([null, null, null])
    await opened.write(retired(2))
  }
  expect(await owedIn(folder.path)).toEqual([1, 3])
})

test('a press comes back as it was, with its exact time if the machine has not been restarted', async () => {
  await using folder = await temporaryFolder()
  {
    await using opened = await openSample(folder.path)
    await opened.write(pressed(1))
  }
  await using same = await openSample(folder.path)
  expect(same.recovery.presses).toEqual([samplePress(1)])
})

test('after a restart of the machine its old clock is not trusted, however often the file was made new', async () => {
  await using folder = await temporaryFolder()
  {
    await using opened = await openSample(folder.path, { machineBoot: 'earlier' })
    await opened.write(pressed(1))
  }
  for (let round = 0; round < 2; round += 1) {
    await using later = await openSample(folder.path)
    expect(later.recovery.presses).toMatchObject([
      { age: { basis: 'wall', recoveredAt: 9000 }, pressedWall: 1_795_400_000_001 },
    ])
    await later.write({ kind: 'checked' })
  }
})

test('only the owner can read the journal', async () => {
  await using folder = await temporaryFolder()
  await using opened = await openSample(folder.path)
  await opened.write(pressed(1))
  expect((await stat(join(folder.path, 'journal'))).mode & 0o077).toBe(0)
})

test('a journal cut at any byte gives every entry before the cut, and the next write mends it', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'journal')
  const ends = [0]
  {
    await using opened = await openSample(folder.path)
    for (const sequence of [1, 2, 3]) {
      await opened.write(pressed(sequence))
      ends.push((await stat(path)).size)
    }
  }
  const whole = await readFile(path)
  for (let length = 0; length <= whole.length; length += 1) {
    await writeFile(path, whole.subarray(0, length))
    const readable = ends.filter(end => end > 0 && end <= length).length
    await using opened = await openSample(folder.path)
    expect(sequencesOf(opened.recovery)).toEqual([1, 2, 3].slice(0, readable))
    expect(opened.recovery.damage).toBeNull()
    expect(opened.recovery.tornBytes).toBe(length - (ends[readable] ?? 0))
    if (length % 50 !== 0) continue
    expect(await opened.write(pressed(9))).toBeNull()
    expect(await owedIn(folder.path)).toEqual([...[1, 2, 3].slice(0, readable), 9])
  }
})

test('any damaged byte in the middle costs at most its own entry, is told, and the damaged file is kept', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'journal')
  let firstEnd = 0
  let secondEnd = 0
  {
    await using opened = await openSample(folder.path)
    await opened.write(pressed(1))
    firstEnd = (await stat(path)).size
    await opened.write(pressed(2))
    secondEnd = (await stat(path)).size
    await opened.write(pressed(3))
  }
  const whole = await readFile(path)
  for (let at = firstEnd; at < secondEnd; at += 7) {
    const damaged = Buffer.from(whole)
    damaged.writeUInt8((damaged.readUInt8(at) + 1) % 256, at)
    await writeFile(path, damaged)
    await using opened = await openSample(folder.path)
    expect(sequencesOf(opened.recovery)).toEqual([1, 3])
    expect(opened.recovery.damage).toContain(`${secondEnd - firstEnd} bytes in the middle of ${path} are damaged`)
    expect(await readFile(`${path}.damaged`)).toEqual(damaged)
  }
})

test('damage is told at every start until what was kept of it is taken away', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'journal')
  const damageFound = async () => {
    await using opened = await openSample(folder.path)
    await opened.write(pressed(9))
    return opened.recovery.damage
  }
  for (const kept of [`${path}.damaged`, `${path}.unreadable`]) {
    await writeFile(kept, 'x')
    expect(await damageFound()).toBe(`an earlier start kept ${kept}`)
    expect(await damageFound()).toBe(`an earlier start kept ${kept}`)
    await rm(kept)
    expect(await damageFound()).toBeNull()
  }
})

test('a file of anything else is told as damage or torn, and never stops the program', async () => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'journal'), Buffer.alloc(5000, 'SRJ1 and so on'))
  await using opened = await openSample(folder.path)
  expect(opened.recovery).toMatchObject({ presses: [], tornBytes: 5000 })
  expect(await opened.write(pressed(1))).toBeNull()
})

test('a journal that cannot be read is put aside and told, and writing goes on', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'journal')
  await writeFile(path, 'x')
  const broken = failing(systemFiles, call => call === 1)
  await using opened = await openSample(folder.path, { files: broken.files })
  expect(opened.recovery.damage).toContain('cannot be read (ENOSPC: no space left on device); kept as')
  expect(await opened.write(pressed(1))).toBeNull()
  expect(await readFile(`${path}.unreadable`, 'utf8')).toBe('x')
  expect(await owedIn(folder.path)).toEqual([1])
})

describe('when the n-th call of the file system fails', () => {
  /** Presses and retirements. */
  async function scenario(folder: string, shouldFail: (call: number) => boolean) {
    const disk = failing(systemFiles, shouldFail)
    const safe = new Set<number>()
    await using opened = await openSample(folder, { files: disk.files })
    for (const sequence of [1, 2, 3]) {
      if ((await opened.write(pressed(sequence))) === null) safe.add(sequence)
      const owed = await owedIn(folder)
      expect([...safe].every(one => owed.includes(one))).toBe(true)
    }
    // Its receipt has come: whether the retirement is written or not, nobody misses it any more.
    await opened.write(retired(1))
    safe.delete(1)
    return { safe, calls: disk.calls }
  }

  test('nothing that was called safe is missing, for every n', async () => {
    await using clean = await temporaryFolder()
    const { calls } = await scenario(clean.path, () => false)
    expect(calls).toBeGreaterThan(10)
    for (let n = 1; n <= calls; n += 1) {
      await using folder = await temporaryFolder()
      const { safe } = await scenario(folder.path, call => call === n)
      const owed = await owedIn(folder.path)
      expect(
        [...safe].every(sequence => owed.includes(sequence)),
        `call ${n}`,
      ).toBe(true)
    }
  })

  test('and all later ones too, every write says so; once the disk is back, the next write is safe', async () => {
    for (let n = 1; n <= 12; n += 1) {
      await using folder = await temporaryFolder()
      let broken = true
      const disk = failing(systemFiles, call => broken && call >= n)
      await using opened = await openSample(folder.path, { files: disk.files })
      const answers = await Promise.all([1, 2, 3].map(sequence => opened.write(pressed(sequence))))
      if (n === 1) expect(answers.every(answer => answer?.includes('no space left'))).toBe(true)
      broken = false
      for (const sequence of [1, 2, 3]) expect(await opened.write(pressed(sequence))).toBeNull()
      expect(await owedIn(folder.path)).toEqual([1, 2, 3])
    }
  })
})

/** The system's files, with the sync of file contents in the hands of the test. */
function withSync(sync: (datasync: () => Promise<void>) => Promise<void>): { readonly files: Files; created: number } {
  const seen = { created: 0 }
  const wrap = (file: OpenFile): OpenFile => ({ ...file, datasync: () => sync(file.datasync) })
  const files: Files = {
    ...systemFiles,
    openToAppend: async path => wrap(await systemFiles.openToAppend(path)),
    create: async path => {
      seen.created += 1
      return wrap(await systemFiles.create(path))
    },
  }
  return {
    files,
    get created() {
      return seen.created
    },
  }
}

test('a press is called safe only once the disk has said so', async () => {
  await using folder = await temporaryFolder()
  const gates: (() => void)[] = []
  const { files } = withSync(async datasync => {
    await new Promise<void>(resolve => gates.push(resolve))
    await datasync()
  })
  await using opened = await openSample(folder.path, { files })
  for (const sequence of [1, 2]) {
    let answered = false
    const written = opened.write(pressed(sequence)).then(answer => {
      answered = true
      return answer
    })
    await vi.waitFor(() => expect(gates).toHaveLength(sequence))
    expect(answered).toBe(false)
    gates[sequence - 1]?.()
    expect(await written).toBeNull()
  }
})

test('a disk that does not answer lets only so many entries wait: each further one fails at once, the others are safe in the end', async () => {
  await using folder = await temporaryFolder()
  const gate = Promise.withResolvers<void>()
  const { files } = withSync(async datasync => {
    await gate.promise
    await datasync()
  })
  const answers: (string | null)[] = []
  const { journal } = await openJournal({
    folder: folder.path,
    machineBoot: 'this-start',
    now: () => instant(9000),
    onWritten: () => answers.push(null),
    onFailed: (_entry, reason) => answers.push(reason),
    files,
  })
  journal.write(pressed(1)) // on its way
  await Promise.resolve()
  for (let sequence = 2; sequence <= limits.journalQueueMax + 3; sequence += 1) journal.write(pressed(sequence))
  await vi.waitFor(() => expect(answers).toEqual(Array.from({ length: 2 }, () => 'the disk does not answer')))
  gate.resolve()
  await journal[Symbol.asyncDispose]()
  expect(answers.slice(2)).toEqual(Array.from({ length: limits.journalQueueMax + 1 }, () => null))
  expect(await owedIn(folder.path)).toHaveLength(limits.journalQueueMax + 1)
})

test('after a failed sync nothing of the old file is trusted: the next write makes a new one of everything owed', async () => {
  await using folder = await temporaryFolder()
  let fails = false
  const disk = withSync(datasync => (fails ? Promise.reject(new Error('EIO: i/o error')) : datasync()))
  await using opened = await openSample(folder.path, { files: disk.files })
  expect(await opened.write(pressed(1))).toBeNull()
  expect(await opened.write(pressed(2))).toBeNull()
  expect(disk.created).toBe(1)
  fails = true
  expect(await opened.write(pressed(3))).toContain('EIO')
  fails = false
  expect(await opened.write(pressed(4))).toBeNull()
  expect(disk.created).toBe(2)
  expect(await owedIn(folder.path)).toEqual([1, 2, 4])
})

test('the journal of a device that owes nothing is proved by bytes: a full disk takes an empty file', async () => {
  await using folder = await temporaryFolder()
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  const withoutRoom = (file: OpenFile): OpenFile => ({
    ...file,
    append: bytes => (bytes.length === 0 ? Promise.resolve() : Promise.reject(full)),
  })
  const files: Files = { ...systemFiles, create: async path => withoutRoom(await systemFiles.create(path)) }
  await using opened = await openSample(folder.path, { files })
  expect(await opened.write({ kind: 'checked' })).toContain('ENOSPC')
})

test('a folder that is gone gives a reason and no exception', async () => {
  await using folder = await temporaryFolder()
  await using opened = await openSample(join(folder.path, 'gone'))
  expect(await opened.write(pressed(1))).toContain('ENOENT')
})

test('the journal of a device that presses and retires for ever stays small', async () => {
  await using folder = await temporaryFolder()
  await using opened = await openSample(folder.path)
  for (let round = 0; round < 40; round += 1) {
    const sequences = Array.from({ length: 25 }, (_, index) => round * 25 + index + 1)
    await Promise.all(sequences.map(sequence => opened.write(pressed(sequence))))
    await Promise.all(sequences.map(sequence => opened.write(retired(sequence))))
  }
  expect((await stat(join(folder.path, 'journal'))).size).toBeLessThan(128 * 1024)
  expect(await readdir(folder.path)).toEqual(['journal'])
})

test('a program killed at any moment has on the disk everything that it called safe', async () => {
  await using folder = await temporaryFolder()
  const child = fileURLToPath(new URL('./journal-child.ts', import.meta.url))
  for (let round = 1; round <= 4; round += 1) {
    const program = spawn(process.execPath, [child, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const closed = new Promise(resolve => program.once('close', resolve))
    let said = ''
    for await (const bytes of program.stdout) {
      said += String(bytes)
      if (said.split('\n').length > round * 13) program.kill('SIGKILL')
    }
    await closed
    const safe = said.split('\n').slice(0, -1).map(Number)
    expect(safe.length).toBeGreaterThanOrEqual(round * 13)
    const owed = await owedIn(folder.path)
    expect(safe.filter(sequence => !owed.includes(sequence))).toEqual([])
  }
})
