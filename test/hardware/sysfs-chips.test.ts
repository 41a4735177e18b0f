// Finding a line in sysfs by the label of its chip, on a folder that looks like the kernel's.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LineError } from '../../hardware/lines.ts'
import { createOnoffBackend } from '../../hardware/onoff.ts'
import { findLineNumber } from '../../hardware/sysfs-chips.ts'

type Chip = { readonly label: string; readonly base: string; readonly ngpio: string }

const pi = (base: number): Chip => ({ label: 'pinctrl-bcm2711', base: `${base}`, ngpio: '58' })
const expander = (base: number): Chip => ({ label: 'mcp23017', base: `${base}`, ngpio: '16' })

test.each([0, 504, 512, 571])('a line is found by label and offset where the first number is %i', async base => {
  await using sysfs = await imitate([
    expander(base + 58),
    pi(base),
    { label: 'raspberrypi-exp-gpio', base: '700', ngpio: '8' },
  ])
  expect(await findLineNumber(sysfs.path, { chip: 'pinctrl-bcm2711', offset: 17 })).toBe(base + 17)
  expect(await findLineNumber(sysfs.path, { chip: 'mcp23017', offset: 15 })).toBe(base + 73)
})

test('an unknown label is refused with the labels that exist', async () => {
  await using sysfs = await imitate([pi(512)])
  await expect(findLineNumber(sysfs.path, { chip: 'pinctrl-rp1', offset: 17 })).rejects.toThrow(
    'pinctrl-rp1 line 17: no chip has this label. Chips found: pinctrl-bcm2711 (58 lines). Name one of them,',
  )
})

test('a label that two chips have is refused, not guessed', async () => {
  await using sysfs = await imitate([expander(512), expander(528)])
  await expect(findLineNumber(sysfs.path, { chip: 'mcp23017', offset: 0 })).rejects.toThrow(
    'several chips have this label',
  )
})

test('an offset past the end of the chip is refused with the range', async () => {
  await using sysfs = await imitate([pi(512)])
  await expect(findLineNumber(sysfs.path, { chip: 'pinctrl-bcm2711', offset: 58 })).rejects.toThrow(
    'pinctrl-bcm2711 line 58 does not exist: pinctrl-bcm2711 has lines 0 to 57. Choose one of them.',
  )
})

test.each([-1, 1.5, Number.NaN])('the offset %d is refused before anything is looked up', async offset => {
  await expect(findLineNumber('/nowhere', { chip: 'mcp23017', offset })).rejects.toThrow('has no usable offset')
})

test('a chip that is half gone does not hide the others', async () => {
  await using sysfs = await imitate([pi(512), { label: 'torn', base: '', ngpio: 'x' }])
  await mkdir(join(sysfs.path, 'gpiochip900'))
  expect(await findLineNumber(sysfs.path, { chip: 'pinctrl-bcm2711', offset: 0 })).toBe(512)
  await expect(findLineNumber(sysfs.path, { chip: 'torn', offset: 0 })).rejects.toThrow('no chip has this label')
})

test('a machine without sysfs lines is told so when the backend is made', async () => {
  const refusal = createOnoffBackend({ sysfsRoot: '/nowhere/gpio' })
  await expect(refusal).rejects.toThrow(LineError)
  await expect(refusal).rejects.toThrow('/nowhere/gpio cannot be read: this kernel offers no lines through sysfs.')
})

async function imitate(chips: readonly Chip[]): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'stillruf-sysfs-'))
  await writeFile(join(path, 'export'), '')
  for (const [index, { label, base, ngpio }] of chips.entries()) {
    const folder = join(path, `gpiochip${base || index}`)
    await mkdir(folder)
    for (const [name, value] of Object.entries({ label, base, ngpio })) {
      await writeFile(join(folder, name), `${value}\n`)
    }
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
