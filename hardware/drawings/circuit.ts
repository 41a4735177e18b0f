// The values of the recommended wiring, and what they come to. One table for the drawings, for the README and for the test that
// works out whether an input surely tells open from closed.

export const circuit = {
  supplyVolts: 3.3,
  /** From the supply to the terminal, outside of the board's chip: the chip's own pull-up lets no more than 0.1 mA flow. */
  pullUpOhms: 2200,
  /** Between terminal and pin: what comes in over the cable is limited before it meets the chip. */
  seriesOhms: 1000,
  /** From pin to ground: with the series resistor it swallows what a cable picks up. */
  filterNanofarads: 100,
  cableMetresMax: 30,
  /** Before the indicator: bright enough to be found by whoever knows of it. */
  indicatorOhms: 1000,
  /** Across a red, yellow or green light-emitting diode. */
  indicatorVolts: 2,
} as const

/** Installation cable with cores of 0.6 mm has a loop resistance of 130 Ω/km (data sheets of cables after VDE 0815 and VDE 0816). */
const loopOhmsPerMetre = 0.13

/** Through the closed contact: what keeps its surface clean. */
export const contactMilliamps = (): number => (circuit.supplyVolts / circuit.pullUpOhms) * 1000

/** What the indicator draws from its pin. */
export const indicatorMilliamps = (): number =>
  ((circuit.supplyVolts - circuit.indicatorVolts) / circuit.indicatorOhms) * 1000

/**
 * Volts at the pin while the contact is closed at the end of the cable.
 * @param chipPullUpOhms the chip's own pull-up, if it is switched on as well
 */
export function closedVolts(chipPullUpOhms: number, contactOhms: number): number {
  const toGround = contactOhms + loopOhmsPerMetre * circuit.cableMetresMax
  const outside = 1 / circuit.pullUpOhms
  const inside = 1 / (chipPullUpOhms + circuit.seriesOhms)
  const atTerminal = circuit.supplyVolts * ((outside + inside) / (outside + inside + 1 / toGround))
  const current = (circuit.supplyVolts - atTerminal) / (chipPullUpOhms + circuit.seriesOhms)
  return atTerminal + current * circuit.seriesOhms
}

/** Volts at the pin while the contact is open. @param leakageMicroamps that the pin draws at most */
export const openVolts = (leakageMicroamps: number): number =>
  circuit.supplyVolts - (circuit.pullUpOhms + circuit.seriesOhms) * leakageMicroamps * 1e-6

/** Milliseconds until the pin has followed the contact for the most part (three time constants of the slower way). */
export const settleMs = (): number =>
  3 * (circuit.pullUpOhms + circuit.seriesOhms) * circuit.filterNanofarads * 1e-9 * 1000

/** As it is printed on parts lists: 2.2 kΩ. */
export const ohms = (value: number): string => (value >= 1000 ? `${value / 1000} kΩ` : `${value} Ω`)
