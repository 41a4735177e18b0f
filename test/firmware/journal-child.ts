// Appends presses for ever, and says of each when it is safe. The test kills it in the middle.
import { argv, stdout } from 'node:process'
import { openSample, pressed } from './journal-samples.ts'

const opened = await openSample(argv[2] ?? '')
for (let sequence = 1; ; sequence += 1) {
  const failure = await opened.write(pressed(sequence))
  stdout.write(failure === null ? `${sequence}\n` : `failed ${failure}\n`)
}
