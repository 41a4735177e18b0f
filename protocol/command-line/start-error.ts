// A user's mistake or a machine's condition that a person must put right first: a sentence on stderr, exit status 2.
import type { Text } from '../text.ts'

/** The whole sentence: what was found, what is expected, what to do. It is English for a log, and both languages for people. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}
