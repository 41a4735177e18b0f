// Words of the incident draft: plain, and exact about what happens to it and what does not.
import type { Entries } from '../texts.ts'

export const incidentTexts = {
  incidentDraft: { de: 'Vorfallsentwurf', en: 'Incident draft' },
  incidentOffer: {
    de: 'Zu diesem Vorfall gibt es noch keinen Entwurf.',
    en: 'There is no draft for this incident yet.',
  },
  incidentWrite: { de: 'Entwurf schreiben', en: 'Write draft' },
  incidentRewrite: { de: 'Entwurf neu schreiben', en: 'Rewrite draft' },
  incidentSaved: {
    de: 'Der Entwurf ist gespeichert. Er wurde an niemanden gesendet.',
    en: 'The draft is saved. It was not sent to anybody.',
  },
  incidentOnRecord: {
    de: 'Zu diesem Vorfall ist schon ein Entwurf gespeichert. Was Sie jetzt speichern, tritt beim Herunterladen an seine Stelle.',
    en: 'A draft for this incident is saved already. What you save now takes its place in the download.',
  },
  incidentKeep: { de: 'Beim gespeicherten Entwurf bleiben', en: 'Keep the saved draft' },
  incidentDownload: { de: 'Entwurf herunterladen (JSON)', en: 'Download draft (JSON)' },
  incidentToAlarm: { de: 'Zum Alarm', en: 'To the alarm' },
  incidentNotIncident: {
    de: 'Einen Entwurf gibt es nur für Alarme, die als Vorfall abgeschlossen sind.',
    en: 'A draft exists only for alarms that were closed as an incident.',
  },
  zemagTitle: { de: 'Gut zu wissen', en: 'Good to know' },
  zemagNothingSent: {
    de: 'Nichts wird von selbst gesendet, auch nicht an ZeMAG. Sie speichern einen Entwurf und entscheiden danach selbst, wer ihn bekommt.',
    en: 'Nothing is sent by itself, not to ZeMAG either. You save a draft and decide afterwards who receives it.',
  },
  zemagThreshold: {
    de: 'ZeMAG nimmt nur Vorfälle der Stufen 2 und 3 auf, und nur mit Strafanzeige oder Strafantrag. Für ein Register nach dem Beschäftigtenschutzgesetz NRW kann auch ein Hausverbot genügen.',
    en: 'ZeMAG only takes incidents of levels 2 and 3, and only with a criminal complaint or an application for prosecution. For a register under the employee protection act of North Rhine-Westphalia a ban from the premises can suffice.',
  },
  zemagNoVisitors: {
    de: 'Schreiben Sie keine Daten über Besucher hinein. Ort, Zeiten und Verlauf fügt die Zentrale hinzu.',
    en: 'Do not enter data about visitors. The gateway adds place, times and timeline.',
  },
  level: { de: 'Stufe', en: 'Level' },
  levelNumber: { de: 'Stufe {level}', en: 'Level {level}' },
  levelHint: {
    de: 'Bitte selbst einschätzen; es ist nichts vorausgewählt.',
    en: 'Please judge for yourself; nothing is preselected.',
  },
  levelMissing: { de: 'Bitte eine Stufe wählen.', en: 'Please choose a level.' },
  summary: { de: 'Was ist geschehen?', en: 'What happened?' },
  summaryHint: {
    de: 'Kurz und sachlich. Keine Namen, keine Beschreibungen von Besuchern.',
    en: 'Short and factual. No names, no descriptions of visitors.',
  },
  summaryMissing: {
    de: 'Bitte kurz beschreiben, was geschehen ist.',
    en: 'Please describe briefly what happened.',
  },
  measures: { de: 'Was wurde unternommen?', en: 'What was done?' },
  measuresHint: {
    de: 'Zum Beispiel: Gespräch beendet, Polizei gerufen, Betreuung angeboten.',
    en: 'For example: conversation ended, police called, support offered.',
  },
  ground: { de: 'Was wurde veranlasst?', en: 'What was initiated?' },
  groundMissing: { de: 'Bitte eine Angabe wählen.', en: 'Please choose one.' },
  groundNone: { de: 'Keines davon', en: 'None of these' },
  groundHouseBan: { de: 'Hausverbot', en: 'Ban from the premises' },
  groundCriminalComplaint: { de: 'Strafanzeige', en: 'Criminal complaint' },
  groundApplicationForProsecution: { de: 'Strafantrag', en: 'Application for prosecution' },
  groundReference: { de: 'Aktenzeichen (falls bekannt)', en: 'Reference number (if known)' },
  adviceReportable: {
    de: 'Mit diesen Angaben kann der Vorfall an ZeMAG gemeldet werden – von einem Menschen, nicht von hier aus.',
    en: 'With these details the incident can be reported to ZeMAG – by a person, not from here.',
  },
  adviceHouseBan: {
    de: 'Das Gesetz lässt ein Hausverbot als Anlass zu, ZeMAG verlangt bisher eine Strafanzeige. Bitte mit der Meldestelle klären.',
    en: 'The law accepts a ban from the premises; ZeMAG has so far asked for a criminal complaint. Please check with the reporting office.',
  },
  adviceNoGround: {
    de: 'Ohne Strafanzeige oder Strafantrag nimmt ZeMAG den Vorfall nicht auf. Der Entwurf bleibt für Ihre Unterlagen.',
    en: 'Without a criminal complaint or an application for prosecution ZeMAG does not take the incident. The draft stays for your files.',
  },
  adviceLevelTooLow: {
    de: 'Stufe {level} nimmt ZeMAG nicht auf. Der Entwurf bleibt für Ihre Unterlagen.',
    en: 'ZeMAG does not take level {level}. The draft stays for your files.',
  },
  saveDraft: { de: 'Entwurf speichern', en: 'Save draft' },
  savingDraft: { de: 'Wird gespeichert …', en: 'Saving …' },
} as const satisfies Entries
