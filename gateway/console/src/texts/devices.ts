// Words of devices, their buttons and their faults.
import type { Entries } from '../texts.ts'

export const deviceTexts = {
  devicesNone: { de: 'Es ist kein Gerät eingetragen.', en: 'No device is configured.' },
  devicesSearch: { de: 'Suchen', en: 'Search' },
  devicesSearchHint: { de: 'Standort, Raum, Taster, Gerät …', en: 'Site, room, button, device …' },
  devicesNoMatch: { de: 'Nichts gefunden.', en: 'Nothing found.' },
  devicesSummary: { de: '{online} von {all} verbunden', en: '{online} of {all} connected' },
  deviceOnline: { de: 'Verbunden', en: 'Connected' },
  deviceSilent: { de: 'Meldet sich nicht', en: 'Silent' },
  deviceUnknown: { de: 'Noch nicht gehört', en: 'Not heard yet' },
  deviceSilentHint: {
    de: 'Die Taster dieses Geräts schützen zurzeit nicht.',
    en: 'The buttons of this device do not protect at present.',
  },
  deviceUnknownHint: {
    de: 'Das Gerät hat sich seit dem Start der Zentrale nicht gemeldet. Seine Taster schützen noch nicht.',
    en: 'The device has not been heard since the gateway started. Its buttons do not protect yet.',
  },
  lastHeard: { de: 'Zuletzt gehört', en: 'Last heard' },
  lastPress: { de: 'Zuletzt gedrückt', en: 'Last pressed' },
  neverPressed: {
    de: 'Keine Betätigung bekannt: nicht bewiesen, dass er funktioniert',
    en: 'No press is known: not proven to work',
  },
  test: { de: 'Probe', en: 'Test' },
  testButtonAt: { de: 'Probe: {place}', en: 'Test: {place}' },
  testTitle: { de: 'Diesen Taster proben', en: 'Test this button' },
  testExplain: {
    de: 'Zwei Minuten lang löst dieser Taster Probealarme aus: derselbe Weg, deutlich gekennzeichnet, ohne Eskalation.',
    en: 'For two minutes this button raises test alarms: the same way, clearly marked, without escalation.',
  },
  testWarning: {
    de: 'Wird nach der Probe innerhalb von {seconds} Sekunden noch einmal gedrückt, gilt das als echter Alarm.',
    en: 'A second press within {seconds} seconds of the test counts as a genuine alarm.',
  },
  testStart: { de: 'Probe starten', en: 'Start test' },
  testStarting: { de: 'Wird gestartet …', en: 'Starting …' },
  testRunning: {
    de: 'Die Probe läuft. Bitte jetzt den Taster drücken.',
    en: 'The test is running. Please press the button now.',
  },
  testLeft: { de: 'Noch {age}', en: '{age} left' },
  testProven: {
    de: 'Der Druck kam um {time} an. Der Taster funktioniert.',
    en: 'The press arrived at {time}. The button works.',
  },
  testEnded: {
    de: 'Die Probe ist vorbei, ohne dass ein Druck ankam. Bitte noch einmal versuchen und sonst die Technik rufen.',
    en: 'The test is over and no press arrived. Please try again, otherwise call the technicians.',
  },
  testRestarted: {
    de: 'Das Gerät ist neu gestartet; die Probe ist damit beendet. Wird jetzt gedrückt, gilt das als echter Alarm.',
    en: 'The device has restarted, and with that the test is over. A press now counts as a genuine alarm.',
  },
  testUnheard: {
    de: 'Das Gerät meldet sich nicht. Ob die Probe noch läuft, ist nicht sicher: Ein Druck kann als echter Alarm gelten.',
    en: 'The device is silent. It is not certain that the test still runs: a press may count as a genuine alarm.',
  },
  testEnd: { de: 'Probe beenden', en: 'End test' },
  cancel: { de: 'Abbrechen', en: 'Cancel' },
  done: { de: 'Fertig', en: 'Done' },
  faultsNone: { de: 'Keine Störung', en: 'No fault' },
  faultsNoneDetail: { de: 'Zurzeit ist keine gemeldet.', en: 'None is reported at present.' },
  faultCritical: { de: 'Kritisch', en: 'Critical' },
  faultWarning: { de: 'Hinweis', en: 'Warning' },
  faultSince: { de: 'seit {time}', en: 'since {time}' },
  faultWhatToDo: { de: 'Was zu tun ist', en: 'What to do' },
  faultGateway: { de: 'Zentrale', en: 'Gateway' },
} as const satisfies Entries
