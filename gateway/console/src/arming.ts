// Guards the buttons that take an alarm against clicks that were meant for something else.
import { useLayoutEffect, useRef } from 'preact/hooks'

/** A click this soon after the buttons have moved was aimed at what stood there before. */
const settledMs = 500

/**
 * @param composition changes whenever buttons appear, disappear or move.
 * @returns whether they have stood still long enough for a click to be meant.
 */
export function useArming(composition: string): () => boolean {
  const changedAt = useRef(0)
  useLayoutEffect(() => {
    changedAt.current = performance.now()
  }, [composition])
  return () => performance.now() - changedAt.current >= settledMs
}
