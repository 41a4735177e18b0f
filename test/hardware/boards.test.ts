// The board table against what is known of every Raspberry Pi header, counted independently of how the table is written.
import { describe, expect, test } from 'vitest'
import { type BoardId, boardIds, boardOfModel, boards, pinAt, pinOf, pinsForButtons } from '../../hardware/boards.ts'

const withHeader = boardIds.filter(id => boards[id].header !== null)

describe.each(withHeader)('the header of %s', id => {
  const board = boards[id]
  const header = board.header ?? []

  test('has the pins 1 to 40, each once, in order', () => {
    expect(header.map(({ pin }) => pin)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
  })
  test('has power and ground where every Raspberry Pi has them', () => {
    const pinsOf = (kind: string) => header.filter(each => each.kind === kind).map(({ pin }) => pin)
    expect(pinsOf('power')).toEqual([1, 2, 4, 17])
    expect(header.filter(each => each.kind === 'power' && each.volts === 5).map(({ pin }) => pin)).toEqual([2, 4])
    expect(pinsOf('ground')).toEqual([6, 9, 14, 20, 25, 30, 34, 39])
  })
  test('leads the lines GPIO0 to GPIO27 out, each once, and no other', () => {
    const lines = header.flatMap(each => (each.kind === 'line' ? [each.gpio] : []))
    expect(lines.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 28 }, (_, index) => index))
  })
  test('offers no pin that the system uses: ID EEPROM, serial console, SPI, I2C', () => {
    const reserved = [3, 5, 8, 10, 19, 21, 23, 24, 26, 27, 28]
    expect(header.map(({ pin }) => pin).filter(pin => pinOf(board, pin).kind === 'reserved')).toEqual(reserved)
    expect(pinsForButtons(board)).toHaveLength(17)
  })
  test('finds back from a line to its pin', () => {
    for (const pin of pinsForButtons(board)) {
      const found = pinOf(board, pin)
      expect(found.kind === 'line' ? pinAt(board, found.address) : null).toBe(pin)
    }
  })
})

test('known pins are the lines that pinout diagrams name', () => {
  const { chip } = boards['raspberry-pi-4']
  const known = { 7: 4, 11: 17, 12: 18, 13: 27, 15: 22, 16: 23, 29: 5, 32: 12, 36: 16, 37: 26, 40: 21 }
  for (const [pin, offset] of Object.entries(known))
    expect(pinOf(boards['raspberry-pi-4'], Number(pin))).toEqual({ kind: 'line', address: { chip, offset } })
})

test('the chips are those that the kernel has', () => {
  const chips = boardIds.map((id): [BoardId, string, number] => [id, boards[id].chip, boards[id].lineCount])
  expect(chips).toEqual([
    ['raspberry-pi-3', 'pinctrl-bcm2835', 54],
    ['raspberry-pi-4', 'pinctrl-bcm2711', 58],
    ['raspberry-pi-5', 'pinctrl-rp1', 54],
    ['raspberry-pi-zero-2-w', 'pinctrl-bcm2835', 54],
    ['compute-module-3', 'pinctrl-bcm2835', 54],
    ['compute-module-4', 'pinctrl-bcm2711', 58],
    ['compute-module-5', 'pinctrl-rp1', 54],
  ])
})

test('a pin that is no line says what it is', () => {
  const board = boards['raspberry-pi-5']
  expect(pinOf(board, 2)).toMatchObject({ kind: 'power', volts: 5 })
  expect(pinOf(board, 6)).toMatchObject({ kind: 'ground' })
  expect(pinOf(board, 27)).toEqual({ kind: 'reserved', reserved: 'idEeprom' })
  expect(pinOf(board, 8)).toEqual({ kind: 'reserved', reserved: 'serialConsole' })
  expect(pinOf(board, 0)).toEqual({ kind: 'noSuchPin' })
  expect(pinOf(board, 41)).toEqual({ kind: 'noSuchPin' })
  expect(pinOf(boards['compute-module-3'], 11)).toEqual({ kind: 'noHeader' })
})

test('a line of another chip is at no pin', () => {
  expect(pinAt(boards['raspberry-pi-4'], { chip: 'pinctrl-rp1', offset: 17 })).toBeNull()
  expect(pinAt(boards['raspberry-pi-4'], { chip: 'pinctrl-bcm2711', offset: 44 })).toBeNull()
})

test('a board is known by what the kernel calls it', () => {
  expect(boardOfModel('Raspberry Pi 4 Model B Rev 1.5')).toBe('raspberry-pi-4')
  expect(boardOfModel('Raspberry Pi 3 Model B Plus Rev 1.3')).toBe('raspberry-pi-3')
  expect(boardOfModel('Raspberry Pi Zero 2 W Rev 1.0')).toBe('raspberry-pi-zero-2-w')
  expect(boardOfModel('Raspberry Pi Compute Module 4 Rev 1.1')).toBe('compute-module-4')
  expect(boardOfModel('Raspberry Pi Compute Module 4S Rev 1.0')).toBeNull()
  expect(boardOfModel('Raspberry Pi Zero W Rev 1.1')).toBeNull()
  expect(boardOfModel('Orange Pi 5')).toBeNull()
})
