// What a packet has wrong, in one clause for the record. Names of packets and fields of MQTT stay as they are.
import { type Text, text } from '../../../protocol/text.ts'

export const names = {
  clientId: text('Client-Kennung', 'client id'),
  userName: text('Benutzername', 'user name'),
  password: text('Passwort', 'password'),
  protocol: text('Name des Protokolls', 'protocol name'),
  willTopic: text('Topic des letzten Willens', 'will topic'),
  willMessage: text('Nachricht des letzten Willens', 'will message'),
  topic: text('Topic', 'topic'),
  filter: text('Topic-Filter', 'topic filter'),
} as const

export const wrongFlags = (packet: string): Text => text(`${packet} mit falschen Flags`, `${packet} with wrong flags`)
export const reservedFlags = (packet: string): Text =>
  text(`${packet} mit reservierten Flags`, `${packet} with reserved flags`)
export const withoutFilter = (packet: string): Text => text(`${packet} ohne Filter`, `${packet} without a filter`)

export const mistakes = {
  notOfClient: (type: number) =>
    text(`Paketart ${type} kommt nicht von einem Client`, `packet type ${type} does not come from a client`),
  emptyClientId: text(
    'leere Client-Kennung ohne saubere Sitzung (clean session)',
    'empty client id without a clean session',
  ),
  otherProtocol: text('das Protokoll ist nicht MQTT', 'the protocol is not MQTT'),
  otherLevel: (level: number) =>
    text(
      `Protokollstufe ${level}; diese Zentrale spricht MQTT 3.1.1 (Stufe 4)`,
      `protocol level ${level}; this gateway speaks MQTT 3.1.1 (level 4)`,
    ),
  reservedConnectFlag: text('reserviertes Flag in CONNECT gesetzt', 'reserved connect flag set'),
  willQos: text('QoS eines letzten Willens ohne letzten Willen', 'will QoS without a will'),
  willRetain: text('Retain eines letzten Willens ohne letzten Willen', 'will retain without a will'),
  willQos3: text('letzter Wille mit QoS 3', 'will QoS 3'),
  passwordAlone: text('ein Passwort ohne Benutzername', 'a password without a user name'),
  qos3: text('PUBLISH mit QoS 3', 'PUBLISH with QoS 3'),
  dupAtQos0: text('PUBLISH mit QoS 0 und DUP', 'PUBLISH with QoS 0 and DUP'),
  reservedOptions: text('SUBSCRIBE mit reservierten Bits oder QoS 3', 'SUBSCRIBE with reserved bits or QoS 3'),
  misplacedWildcard: text('Platzhalter an falscher Stelle im Topic-Filter', 'misplaced wildcard in a topic filter'),
  packetId0: (packet: string) => text(`${packet} mit Paketnummer 0`, `${packet} with packet id 0`),
  excess: (packet: string, count: number) =>
    text(`${packet} mit ${count} Bytes zu viel`, `${packet} with ${count} bytes too many`),
  missing: ({ de, en }: Text) => text(`${de} fehlt`, `no ${en}`),
  empty: ({ de, en }: Text) => text(`${de} ist leer`, `empty ${en}`),
  endsEarly: ({ de, en }: Text) => text(`${de} endet zu früh`, `${en} ends too early`),
  wildcard: ({ de, en }: Text) => text(`${de} enthält einen Platzhalter`, `wildcard in the ${en}`),
  levels: ({ de, en }: Text, most: number) =>
    text(`${de} mit mehr als ${most} Ebenen`, `${en} of more than ${most} levels`),
  notUtf8: ({ de, en }: Text) => text(`${de} ist nicht UTF-8`, `${en} is not UTF-8`),
  nullCharacter: ({ de, en }: Text) => text(`${de} enthält ein Nullzeichen`, `null character in the ${en}`),
  controlCharacter: ({ de, en }: Text) => text(`${de} enthält ein Steuerzeichen`, `control character in the ${en}`),
} as const
