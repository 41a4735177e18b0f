// How long what is promised may take, derived from the limits of the protocol and from what networks and disks of the
// simulation do at worst.
import { limits } from '../../protocol/limits.ts'

/** In a calm world a press is seen by a person within this: confirmation (0.2 s at most), three hops, and room. */
export const seenMs = 2000
/** The world has to have been calm for so long before: longer than any recovery takes. */
export const calmMs = 120_000

/** A dead connection is noticed after three halves of the keep-alive of ten seconds. */
const keepAliveMs = 15_000
/** A failed commit is tried again after five seconds at most. */
const storeRetryMs = 5000
/** The slowest commit of a slow disk that was under way when the disk recovered. */
const slowestCommitMs = 5000
/** An attempt to connect that was under way, one that meets the end of the fault, and the time between them. */
const reconnectMs = 2 * limits.connectTimeoutMs + limits.reconnectMsMax
/** What a restarted machine believes to be due only when it looks: a resend at its doubled bound. */
const resendMs = limits.resendMsMax

/**
 * From the end of all faults until every press is on record and its device has the receipt: notice that the connection is
 * dead, connect, send again, commit.
 */
export const receiptedMs = keepAliveMs + reconnectMs + resendMs + storeRetryMs + slowestCommitMs

/** People's programs notice a dead connection after 45 s and come back within 15 s; then they are told what they missed. */
const peopleReturnMs = 60_000
/** Until every press has been seen by somebody who can be reached. */
export const seenAfterFaultsMs = receiptedMs + peopleReturnMs + seenMs

/** A timer's rounding and two clocks that drift apart by 200 ppm each. */
export const escalationSlackMs = (delayMs: number): number => 50 + delayMs * 0.0005
/** From the moment at which silence is too long until it is on record. */
export const silenceSlackMs = (silentMs: number): number => 1000 + silentMs * 0.0005
/** Once the world is calm: connections are back, heartbeats have come, faults are cleared, monitors have been told. */
export const settledMs = receiptedMs + limits.heartbeatMsMax + peopleReturnMs
