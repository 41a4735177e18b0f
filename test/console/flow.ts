// What a person does in the console, as words for tests: the same against the fake gateway and the real one.
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'

export const chromiumPath = '/usr/bin/chromium'
export const chromiumMissing = !existsSync(chromiumPath)
/** Added to the names of tests that are skipped for want of a browser. */
export const browserNote = chromiumMissing ? ' (skipped: apt-get install chromium)' : ''
/** The machine may be slow and busy. */
export const patienceMs = 30_000

export type Language = 'de' | 'en'
export type Outcome = 'incident' | 'noIncident' | 'falseAlarm' | 'test'

const words = {
  de: {
    take: 'Ich übernehme',
    logIn: 'Anmelden',
    close: 'Alarm abschließen',
    save: 'Entwurf speichern',
    download: 'Entwurf herunterladen (JSON)',
    incident: 'Vorfall',
    noIncident: 'Kein Vorfall',
    falseAlarm: 'Fehlalarm',
    test: 'Probe',
    note: 'Notiz (freiwillig)',
    taken: 'Übernommen von',
    lost: 'Keine Verbindung zur Zentrale – Alarme werden hier nicht angezeigt',
    noneOpen: 'Kein offener Alarm',
    level: 'Stufe',
    summary: 'Was ist geschehen?',
    measures: 'Was wurde unternommen?',
    houseBan: 'Hausverbot',
    criminalComplaint: 'Strafanzeige',
    applicationForProsecution: 'Strafantrag',
    none: 'Keines davon',
    reference: 'Aktenzeichen (falls bekannt)',
    late: 'Verspätet eingetroffen',
  },
  en: {
    take: 'I’ll take it',
    logIn: 'Log in',
    close: 'Close alarm',
    save: 'Save draft',
    download: 'Download draft (JSON)',
    incident: 'Incident',
    noIncident: 'No incident',
    falseAlarm: 'False alarm',
    test: 'Test',
    note: 'Note (optional)',
    taken: 'Taken by',
    lost: 'No connection to the gateway – alarms are not shown here',
    noneOpen: 'No open alarm',
    level: 'Level',
    summary: 'What happened?',
    measures: 'What was done?',
    houseBan: 'Ban from the premises',
    criminalComplaint: 'Criminal complaint',
    applicationForProsecution: 'Application for prosecution',
    none: 'None of these',
    reference: 'Reference number (if known)',
    late: 'Arrived late',
  },
} as const

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

export type Draft = {
  readonly level: 0 | 1 | 2 | 3
  readonly summary: string
  readonly measures: string
  readonly ground: 'none' | 'houseBan' | 'criminalComplaint' | 'applicationForProsecution'
  readonly reference?: string
}

/** One person in front of one page. */
export class Person {
  readonly page: Page
  language: Language = 'de'
  /** What the browser complained about: a console must not. */
  readonly complaints: string[] = []

  constructor(page: Page) {
    this.page = page
    page.setDefaultTimeout(patienceMs)
    page.on('pageerror', error => this.complaints.push(error.message))
    page.on('console', message => {
      const refused = message.text().startsWith('Failed to load resource') // a 401 or a lost gateway is told by the page
      if (message.type() === 'error' && !refused) this.complaints.push(message.text())
    })
  }

  /** @param base address of the console, without a path. */
  async logIn(base: string, name: string, password: string): Promise<void> {
    await this.page.goto(base)
    await this.page.locator('#name').fill(name)
    await this.page.locator('#password').fill(password)
    await this.page.locator('form button[type=submit]').click()
    await this.page.locator('.connection.live').waitFor()
  }

  async speak(language: Language): Promise<void> {
    await this.page.getByRole('button', { name: language === 'de' ? 'Deutsch' : 'English', exact: true }).click()
    await this.page.locator(`html[lang=${language}]`).waitFor()
    this.language = language
  }

  word(key: keyof (typeof words)['de']): string {
    return words[this.language][key]
  }

  /** The alarm that fills the screen. */
  get screen(): Locator {
    return this.page.getByRole('alertdialog')
  }

  async seeAlarm(room: string): Promise<void> {
    await this.screen.getByText(room, { exact: true }).first().waitFor()
  }

  async seeNoAlarmScreen(): Promise<void> {
    await this.screen.waitFor({ state: 'detached' })
  }

  /**
   * Presses the large button, until the page answers. A click right after the screen has changed does not count: then again, on
   * the same alarm.
   */
  async take(): Promise<void> {
    const name = await this.screen.locator('.take.large button').getAttribute('aria-label')
    const button = this.screen.getByRole('button', { name: name ?? this.word('take'), exact: true })
    const problem = this.screen.locator('.problem').first()
    const timeout = 600
    for (let answered = false; !answered; ) {
      await button.click()
      answered = await Promise.any([button.waitFor({ state: 'detached', timeout }), problem.waitFor({ timeout })]).then(
        () => true,
        () => false, // neither: the click came too soon
      )
    }
  }

  async seeTakenBy(name: string): Promise<void> {
    await this.page
      .getByText(`${this.word('taken')} ${name}`)
      .first()
      .waitFor()
  }

  /** On the page of an alarm that is taken. */
  async close(outcome: Outcome, note: string): Promise<void> {
    await this.page.getByRole('radio', { name: new RegExp(`^${this.word(outcome)}(?!\\w)`) }).check()
    await this.page.getByLabel(this.word('note')).fill(note)
    await this.page.getByRole('button', { name: this.word('close') }).click()
  }

  /** On the form that follows closing as an incident. */
  async writeDraft(draft: Draft): Promise<void> {
    await this.page.getByRole('radio', { name: new RegExp(`^${this.word('level')} ${draft.level}`) }).check()
    await this.page.getByLabel(this.word('summary')).fill(draft.summary)
    await this.page.getByLabel(this.word('measures')).fill(draft.measures)
    await this.page.getByRole('radio', { name: this.word(draft.ground) }).check()
    if (draft.reference !== undefined) await this.page.getByLabel(this.word('reference')).fill(draft.reference)
    await this.page.getByRole('button', { name: this.word('save') }).click()
    await this.downloadLink.waitFor()
  }

  get downloadLink(): Locator {
    return this.page.getByRole('link', { name: this.word('download') })
  }

  /** The draft as the file that the person gets. */
  async download(): Promise<unknown> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.downloadLink.click()])
    return JSON.parse(await readFile(await download.path(), 'utf8'))
  }

  async seeLoss(): Promise<void> {
    await this.page.getByText(this.word('lost')).first().waitFor()
  }

  async seeConnection(): Promise<void> {
    await this.page.locator('.connection.live').waitFor()
  }

  async open(place: 'alarms' | 'devices' | 'faults'): Promise<void> {
    await this.page.locator(`nav a[href="#/${place}"]`).click()
  }

  /** Saves what the person sees, for people who judge it. */
  async picture(folder: string, name: string): Promise<void> {
    await mkdir(folder, { recursive: true })
    await this.page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled', caret: 'initial' })
  }
}

export type Look = {
  readonly colours?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
  readonly phone?: boolean
}

/** A browser profile of its own, so that each person has their own session. */
export async function person(browser: Browser, look: Look = {}): Promise<Person> {
  const context = await browser.newContext({
    colorScheme: look.colours ?? 'light',
    viewport: look.phone ? { width: 390, height: 844 } : { width: look.width ?? 1280, height: look.height ?? 800 },
    deviceScaleFactor: look.phone ? 2 : 1,
    hasTouch: look.phone ?? false,
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    acceptDownloads: true,
  })
  return new Person(await context.newPage())
}
