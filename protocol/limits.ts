// Every bound of the system in one table [S6]. The relations between them are asserted when the program starts.
import { assert } from './assert.ts'
import { type Millis, millis, seconds } from './time.ts'

export const limits = {
  /** Bytes of one message; EN-type messages of this line are under 1 KiB. */
  messageBytesMax: 4096,
  /** A contact closed for this long is a press. */
  confirmMsDefault: millis(30),
  confirmMsMax: millis(45),
  /**
   * This long before a press is confirmed its device wakes up, prepares it and pings the gateway [D20]: both need about two
   * milliseconds when they slept, and Node's timers are late by one more.
   */
  preparationMs: millis(4),
  /** A press of this length is never missed, however its button is configured. */
  promisedPressMs: millis(50),
  /** So much of a press its contact may bounce before it settles closed. */
  bounceMsMax: millis(5),
  /** Open for this long, and the contact is released. */
  releaseMs: millis(250),
  /** The same for a button that is pressed twice quickly: fingers are back after 100 ms, what bounces is not open for so long. */
  quickReleaseMs: millis(80),
  /** Two hands close their contacts within this time, or it is no press [ISO 13851]. */
  twoHandMs: millis(500),
  /** A contact that changes for this long without settling closed counts as a press all the same. */
  chatterMs: millis(120),
  /** Closed for longer than this is a fault, not a longer press. */
  stuckMs: seconds(60),
  /** One of two contacts that moves alone for this long is a line fault; a press moves both within a few hundredths of a second. */
  lineFaultMs: seconds(3),
  /** A line fault is raised within this time, also when no edge told of it [EN 50131-1: a signal arrives within 10 s]. */
  lineFaultToldMsMax: seconds(10),
  /** A journal write that takes longer is a fault. The alarm does not wait for it [D14]. */
  journalDeadlineMs: millis(250),
  journalBytesMax: 4 * 1024 * 1024,
  /** A journal that failed is tried again this often, and proved by a real write this often while it is idle. */
  journalRetryMs: seconds(10),
  journalCheckMs: seconds(3600),
  /** Entries that wait for a journal which does not answer; beyond it each counts as failed, and is tried again later. */
  journalQueueMax: 1024,
  /** Presses that a device holds until their receipts; beyond it repeat presses yield, then the oldest test alarms. */
  outboxMax: 512,
  /** Time between two sendings of the same unreceipted message: full jitter up to a doubling bound. */
  resendMsMin: millis(1000),
  resendMsMax: seconds(30),
  /** An alarm without a receipt for this long is a fault on the device. */
  receiptOverdueMs: seconds(10),
  reconnectMsMin: millis(250),
  reconnectMsMax: seconds(30),
  /** While a press waits for its receipt, a lost connection is tried again at least this often. */
  reconnectUrgentMsMax: seconds(4),
  /** After a start of the gateway, this long a step that reaches nobody waits for those who are coming back. */
  returnMs: seconds(6),
  /** A device that is connected for this long has been told of every alarm that is still open. */
  announcementMs: seconds(10),
  heartbeatMsDefault: seconds(10),
  heartbeatMsMin: seconds(1),
  heartbeatMsMax: seconds(60),
  /** A device not heard for this long is a notified fault [L3]. */
  silentMsDefault: seconds(30),
  levelAuditMs: seconds(5),
  /** A line that gives no answer for this long hangs; a reading through the programs of gpiod may take 5 s until it fails. */
  lineAnswerMs: seconds(6),
  /** Active faults named in one message; the most serious come first. More would not fit into `messageBytesMax`. */
  faultsInHeartbeatMax: 12,
  faultsInStateMax: 20,
  /** Active faults of one device on record: more than a genuine one can have, whose every button has every fault of buttons. */
  faultsPerDeviceMax: 320,
  buttonsPerDeviceMax: 32,
  testModeMsMax: seconds(600),
  /** A second press this soon after a test press is meant: it becomes a genuine alarm. */
  testToRealMs: seconds(10),
  /** An alarm older than this on arrival is shown as late [S9]. */
  lateMs: seconds(10),
  /** Outgoing packets waiting for one connection; beyond it the connection is closed and its owner told as a fault. */
  connectionQueueMax: 2048,
  connectionQueueBytesMax: 1024 * 1024,
  /** Unacknowledged QoS 1 packets on one connection. */
  inflightMax: 32,
  /** Connections that may be in handshake or CONNECT at the same time; the rest wait unread [D12]. */
  admissionsMax: 8,
  connectTimeoutMs: seconds(10),
  connectionsMax: 18000,
  /** A connection that is silent for this long while others wait makes room for them; its own time to connect runs on. */
  admissionStallMs: seconds(1),
  /** An MQTT packet of any kind, in bytes; a message that is larger than a message may be, but not than this, is set aside. */
  packetBytesMax: 64 * 1024,
  subscriptionsMax: 64,
  /** A receiver that leaves a packet unacknowledged for this long counts as lost. */
  pubackDeadlineMs: seconds(20),
  /** Publishes of one connection that wait for their PUBACK: as many as a device may owe at once. */
  deliveriesMax: 512,
  /** And of all connections together; what comes beyond it is taken, and its PUBACK never sent. */
  deliveriesHeldMax: 20_000,
  /** Connections taken down in one turn of the event loop, so that a mass disconnect delays no alarm. */
  closingsPerTurn: 16,
  /** Security events on record per source and kind in one minute; the rest are counted and told in one line. */
  securityEventsPerMinute: 10,
  /** The same of all sources and kinds: what comes beyond it is counted together, whatever names a stranger makes up. */
  securityEventsPerMinuteOfAll: 100,
  /** More faults than this in one moment are told in one notification. */
  faultsToldSinglyMax: 8,
  pressesRememberedPerDevice: 512,
  bootsRememberedPerDevice: 16,
  /** A console session ends after this, whatever is done in it but entering the password again. */
  sessionMs: seconds(12 * 3600),
  /** This much later while an alarm of its account waits for a person or is in its hands. */
  sessionGraceMs: seconds(3600),
  /** A page says this long before that its session ends. */
  sessionWarningMs: seconds(30 * 60),
  /** A browser keeps the cookie of its last login for this long, also when that has ended, so that its page can say so. */
  loginRememberedMs: seconds(30 * 24 * 3600),
  sessionsMax: 4096,
  sessionsPerAccountMax: 16,
  /** Open pages of the console that are told of changes. */
  streamsMax: 1024,
  streamsPerAccountMax: 16,
  /** Pages of one login that alarms reach. A browser holds six connections to a gateway: two stay free to take an alarm. */
  streamsPerSessionMax: 4,
  consoleHeartbeatMs: seconds(10),
  /** A page that answered heartbeats and is silent for this long is gone, whatever its connection says [L3]. */
  pageSilentMs: seconds(25),
  /** An answer to a person waits this long for the disk; then it says that what was done is not on it yet, and it is a fault. */
  commitPatienceMs: seconds(5),
  /** Records that wait for the disk. Beyond it only those are made without which an alarm would be unknown [S6]. */
  recordsWaitingMax: 10_000,
  /** Records in one commit: a disk that was away for long is given its arrears in portions. */
  recordsPerCommitMax: 1000,
  consoleConnectionsMax: 2048,
  loginAttemptsPerMinute: 10,
  loginAttemptsPerAddressPerMinute: 120,
  /** Body of one request to the console: twice the longest note, however it is escaped, and room. */
  requestBytesMax: 64 * 1024,
  noteLengthMax: 2000,
} as const

/** @throws if the table contradicts itself. */
export function assertLimits(): void {
  const ordered = (...values: readonly Millis[]): boolean =>
    values.every((value, index) => index === 0 || value >= (values[index - 1] ?? value))
  assert(
    ordered(limits.confirmMsDefault, limits.confirmMsMax, limits.chatterMs),
    'a contact that settles is confirmed before one that chatters',
  )
  assert(
    limits.confirmMsMax + limits.bounceMsMax <= limits.promisedPressMs,
    'the shortest press that is promised is confirmed in what its bounce leaves of it',
  )
  assert(
    ordered(limits.confirmMsDefault, limits.quickReleaseMs, limits.releaseMs, limits.twoHandMs, limits.lineFaultMs),
    'a quick release is longer than bounce; two hands and contradictions are judged in more time than a movement takes',
  )
  assert(
    limits.levelAuditMs + 2 * limits.confirmMsMax + limits.lineFaultMs <= limits.lineFaultToldMsMax,
    'a line fault without an edge is found by an audit, seen twice, and still told in time',
  )
  assert(limits.confirmMsMax + limits.releaseMs < 1000, 'a press and its release stay far below a second')
  assert(
    ordered(limits.resendMsMin, limits.receiptOverdueMs, limits.resendMsMax),
    'a receipt is overdue after at least one resend',
  )
  assert(ordered(limits.heartbeatMsMin, limits.heartbeatMsDefault, limits.heartbeatMsMax), 'heartbeats are ordered')
  assert(limits.silentMsDefault >= 2 * limits.heartbeatMsDefault, 'one lost heartbeat is not silence')
  assert(
    limits.connectionQueueMax >= 4 * limits.outboxMax,
    'a device that returns with a full outbox gets a receipt and a progress for each press without being cut off',
  )
  assert(
    limits.journalQueueMax >= 2 * limits.outboxMax,
    'the journal’s queue holds every press that may be owed, and its end',
  )
  assert(
    limits.faultsPerDeviceMax >= 9 * limits.buttonsPerDeviceMax + 10,
    'nine faults of each button and ten of the device fit on record',
  )
  assert(limits.recordsPerCommitMax < limits.recordsWaitingMax, 'what may wait is more than one portion')
  assert(
    limits.deliveriesHeldMax >= Math.max(limits.connectionsMax, limits.deliveriesMax),
    'every connection may wait for a PUBACK',
  )
  assert(
    limits.commitPatienceMs <= limits.returnMs && limits.returnMs < limits.silentMsDefault,
    'who is coming back is not yet a fault, and gets no longer than a few seconds',
  )
  assert(
    limits.loginRememberedMs > limits.sessionMs + limits.sessionGraceMs,
    'a browser remembers a login that has ended, and keeps one that lasts',
  )
  assert(
    limits.streamsPerSessionMax <= limits.streamsPerAccountMax,
    'a login that opens another page never meets the bound of its account first',
  )
  assert(limits.inflightMax < limits.connectionQueueMax, 'the queue is longer than what is in flight')
  assert(
    limits.connectionQueueBytesMax >= limits.messageBytesMax * limits.inflightMax,
    'the queue holds what is in flight',
  )
}

assertLimits()
