// The fault table: code, severity, what it means and what to do, in German and English. Its texts are what people see.

export type Language = 'de' | 'en'
export type Severity = 'critical' | 'warning'

type Fault = {
  /** critical: a press might not reach a person. warning: it does, but something needs care. */
  readonly severity: Severity
  readonly text: Readonly<Record<Language, string>>
  readonly whatToDo: Readonly<Record<Language, string>>
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
    text: { de: 'Die Leitung zum Taster ist ausgefallen.', en: 'The line to the button has failed.' },
    whatToDo: { de: 'Anschluss und Leitung des Tasters prüfen.', en: 'Check the button’s connection and line.' },
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
      de: 'Eine Stufe des Alarmplans erreicht zurzeit niemanden.',
      en: 'A step of an alarm policy reaches nobody at present.',
    },
    whatToDo: {
      de: 'Konsole oder Meldeweg der Helfer in dieser Stufe öffnen.',
      en: 'Open the console or channel of the responders in this step.',
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
