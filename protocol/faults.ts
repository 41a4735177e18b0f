// The fault table: code, severity, what it means and what to do, in German and English. Its texts are what people see.
import type { Text } from './text.ts'

export type Severity = 'critical' | 'warning'

type Fault = {
  /** critical: a press might not reach a person. warning: it does, but something needs care. */
  readonly severity: Severity
  readonly text: Text
  readonly whatToDo: Text
}

const table = {
  deviceSilent: {
    severity: 'critical',
    text: { de: 'Das Gerät meldet sich nicht.', en: 'The device is silent.' },
    whatToDo: {
      de: 'Strom und Netzwerkkabel des Geräts prüfen. Bis dahin schützen seine Taster nicht.',
      en: 'Check the device’s power and network cable. Until then its buttons do not protect.',
    },
  },
  lineFailed: {
    severity: 'critical',
    text: { de: 'Das Gerät kann eine Leitung nicht lesen.', en: 'The device cannot read a line.' },
    whatToDo: {
      de: 'Anschluss, Leitung und Baugruppe prüfen. Ein Taster, der nur diese Leitung hat, schützt bis dahin nicht.',
      en: 'Check its connection, cable and module. A button that has only this line does not protect until then.',
    },
  },
  lineCut: {
    severity: 'critical',
    text: {
      de: 'Die Leitung zum Taster ist unterbrochen, oder der Taster klemmt halb gedrückt.',
      en: 'The line to the button is cut, or the button is stuck half pressed.',
    },
    whatToDo: {
      de: 'Leitung und Klemmen prüfen. Danach den Taster zur Probe drücken.',
      en: 'Check the cable and the terminals. Then press the button as a test.',
    },
  },
  lineShort: {
    severity: 'critical',
    text: {
      de: 'Die Leitung zum Taster ist kurzgeschlossen, oder der Taster klemmt halb gedrückt.',
      en: 'The line to the button is shorted, or the button is stuck half pressed.',
    },
    whatToDo: {
      de: 'Leitung auf Quetschung und Feuchte prüfen. Danach den Taster zur Probe drücken.',
      en: 'Check the cable for damage and damp. Then press the button as a test.',
    },
  },
  lineDiscrepancy: {
    severity: 'critical',
    text: {
      de: 'Nur einer der beiden Kontakte des Tasters hat sich bewegt.',
      en: 'Only one of the button’s two contacts has moved.',
    },
    whatToDo: {
      de: 'Vor Ort nachsehen: Vielleicht hat jemand gedrückt. Den Taster zur Probe drücken; bleibt die Störung, beide Leitungen prüfen.',
      en: 'Look on site: somebody may have pressed. Press the button as a test; if the fault stays, check both cables.',
    },
  },
  handMissing: {
    severity: 'critical',
    text: {
      de: 'Am Zweihandtaster ist seit über einer Minute nur eine Hand.',
      en: 'One hand alone has been on the two-hand button for over a minute.',
    },
    whatToDo: {
      de: 'Beide Taster loslassen und auf Klemmen prüfen. Bis dahin lösen sie keinen Alarm aus.',
      en: 'Release both buttons and see whether one is stuck. Until then they raise no alarm.',
    },
  },
  waitingForReset: {
    severity: 'warning',
    text: {
      de: 'Der Taster ist eingerastet und wartet auf seine Rückstellung.',
      en: 'The button is latched and waits for its reset.',
    },
    whatToDo: {
      de: 'Ist der Alarm geklärt, den Taster mit seinem Schlüssel zurückstellen: Erst dann kann er wieder auslösen. Ist er nicht eingerastet, die Leitung prüfen.',
      en: 'Once the alarm is settled, reset the button with its key: only then can it raise another. If it is not latched, check the cable.',
    },
  },
  caseOpened: {
    severity: 'critical',
    text: { de: 'Sabotage: Das Gehäuse des Geräts ist offen.', en: 'Tamper: the case of the device is open.' },
    whatToDo: {
      de: 'Sofort nachsehen, wer am Gerät ist. Gehäuse schließen; ist es zu, die Leitung seines Kontakts prüfen.',
      en: 'See at once who is at the device. Close the case; if it is closed, check the cable of its contact.',
    },
  },
  levelMismatch: {
    severity: 'critical',
    text: {
      de: 'Der Taster ist gedrückt, aber das Gerät hat keinen Impuls bekommen.',
      en: 'The button is pressed, but the device received no edge.',
    },
    whatToDo: {
      de: 'Der Alarm wurde trotzdem ausgelöst. Das Gerät neu starten; wenn es wieder auftritt, austauschen.',
      en: 'The alarm was raised all the same. Restart the device; if it happens again, replace it.',
    },
  },
  buttonStuck: {
    severity: 'critical',
    text: {
      de: 'Der Taster ist seit über einer Minute gedrückt.',
      en: 'The button has been pressed for over a minute.',
    },
    whatToDo: {
      de: 'Taster lösen oder austauschen. Solange er klemmt, kann er keinen weiteren Alarm auslösen.',
      en: 'Release or replace the button. While it is stuck it cannot raise another alarm.',
    },
  },
  contactChatter: {
    severity: 'warning',
    text: { de: 'Der Kontakt des Tasters flattert.', en: 'The button’s contact chatters.' },
    whatToDo: { de: 'Klemmen nachziehen oder Taster austauschen.', en: 'Tighten the terminals or replace the button.' },
  },
  heldAtStart: {
    severity: 'warning',
    text: {
      de: 'Der Taster war beim Start des Geräts gedrückt.',
      en: 'The button was pressed when the device started.',
    },
    whatToDo: {
      de: 'Vor Ort nachsehen: War es Absicht, oder klemmt der Taster?',
      en: 'Look on site: was it meant, or is the button stuck?',
    },
  },
  journalFailed: {
    severity: 'critical',
    text: { de: 'Das Gerät kann seinen Speicher nicht beschreiben.', en: 'The device cannot write its storage.' },
    whatToDo: {
      de: 'Alarme gehen weiter hinaus, überstehen aber keinen Stromausfall. Speicherkarte austauschen.',
      en: 'Alarms still go out but do not survive a power cut. Replace the memory card.',
    },
  },
  journalDamaged: {
    severity: 'critical',
    text: {
      de: 'Der Speicher des Geräts ist beschädigt: Ein Alarm kann verloren sein.',
      en: 'The device’s storage is damaged: an alarm may be lost.',
    },
    whatToDo: {
      de: 'In den Räumen des Geräts nachfragen, ob jemand Hilfe braucht oder gebraucht hat. Dann die Speicherkarte austauschen.',
      en: 'Ask in the device’s rooms whether somebody needs or needed help. Then replace the memory card.',
    },
  },
  journalSlow: {
    severity: 'warning',
    text: { de: 'Der Speicher des Geräts ist langsam.', en: 'The device’s storage is slow.' },
    whatToDo: { de: 'Speicherkarte bei Gelegenheit austauschen.', en: 'Replace the memory card when convenient.' },
  },
  outboxFull: {
    severity: 'critical',
    text: {
      de: 'Zu viele Alarme warten auf ihre Empfangsbestätigung.',
      en: 'Too many alarms are waiting for their receipts.',
    },
    whatToDo: { de: 'Verbindung zur Zentrale prüfen.', en: 'Check the connection to the gateway.' },
  },
  receiptOverdue: {
    severity: 'critical',
    text: {
      de: 'Ein Alarm des Geräts war lange ohne Empfangsbestätigung.',
      en: 'An alarm of the device was without a receipt for long.',
    },
    whatToDo: { de: 'Netzwerk und Zentrale prüfen.', en: 'Check the network and the gateway.' },
  },
  indicatorFailed: {
    severity: 'warning',
    text: {
      de: 'Die Anzeige des Geräts lässt sich nicht schalten.',
      en: 'The device’s indicator cannot be switched.',
    },
    whatToDo: {
      de: 'Alarme gehen trotzdem hinaus. Den Anschluss der Anzeige und ihren Eintrag in device.yaml prüfen.',
      en: 'Alarms go out all the same. Check the indicator’s connection and its entry in device.yaml.',
    },
  },
  relayFailed: {
    severity: 'warning',
    text: { de: 'Das Relais des Geräts lässt sich nicht schalten.', en: 'The device’s relay cannot be switched.' },
    whatToDo: {
      de: 'Alarme gehen trotzdem hinaus. Den Anschluss des Relais und seinen Eintrag in device.yaml prüfen.',
      en: 'Alarms go out all the same. Check the relay’s connection and its entry in device.yaml.',
    },
  },
  clockUnsynchronised: {
    severity: 'warning',
    text: { de: 'Die Uhr des Geräts ist nicht gestellt.', en: 'The device’s clock is not synchronised.' },
    whatToDo: { de: 'Zeitserver (NTP) des Geräts prüfen.', en: 'Check the device’s time server (NTP).' },
  },
  alarmUnanswered: {
    severity: 'critical',
    text: { de: 'Ein Alarm wurde von niemandem übernommen.', en: 'Nobody has taken an alarm.' },
    whatToDo: { de: 'Sofort hingehen oder jemanden schicken.', en: 'Go there now, or send somebody.' },
  },
  responderUnreachable: {
    severity: 'critical',
    text: {
      de: 'Von denen, die bei einem Alarm gerufen werden, ist zurzeit niemand erreichbar.',
      en: 'None of those who are called for an alarm can be reached at present.',
    },
    whatToDo: {
      de: 'Konsole oder Meldeweg der Helfer öffnen.',
      en: 'Open the console or channel of the responders.',
    },
  },
  stepUnreachable: {
    severity: 'warning',
    text: {
      de: 'Eine einzelne Stufe eines Alarmplans erreicht zurzeit niemanden.',
      en: 'A single step of an alarm policy reaches nobody at present.',
    },
    whatToDo: {
      de: 'Andere Stufen werden gerufen. Konsole oder Meldeweg der Helfer in dieser Stufe öffnen.',
      en: 'Other steps are called. Open the console or channel of the responders in this step.',
    },
  },
  channelFailed: {
    severity: 'critical',
    text: { de: 'Ein Meldeweg ist ausgefallen.', en: 'A channel has failed.' },
    whatToDo: { de: 'Den genannten Empfänger und sein Netz prüfen.', en: 'Check the named receiver and its network.' },
  },
  storeFailed: {
    severity: 'critical',
    text: { de: 'Die Zentrale kann ihr Protokoll nicht schreiben.', en: 'The gateway cannot write its record.' },
    whatToDo: {
      de: 'Alarme werden weiter gemeldet, aber nicht bestätigt. Platz und Zustand der Festplatte prüfen.',
      en: 'Alarms are still notified but not receipted. Check the disk’s space and health.',
    },
  },
  configurationRefused: {
    severity: 'warning',
    text: {
      de: 'Die geänderte Konfiguration ist fehlerhaft; die alte bleibt in Kraft.',
      en: 'The changed configuration is invalid; the old one stays in force.',
    },
    whatToDo: { de: 'Den genannten Eintrag berichtigen.', en: 'Correct the entry named.' },
  },
} as const satisfies Record<string, Fault>

export type FaultCode = keyof typeof table
export const faultCodes = Object.keys(table) as [FaultCode, ...FaultCode[]]
export const faults: Readonly<Record<FaultCode, Fault>> = table

/** One fault is one code of one source about one subject. @param source a device, or `gateway`. */
export const faultKey = (code: FaultCode, source: string, subject: string): string => `${source}/${code}/${subject}`
