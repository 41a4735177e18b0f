// A small town hall for the tests of the core: one device with two buttons, a policy of three steps, four people.
import type { Configuration, DeviceEntry, Policy } from '../../gateway/core/configuration.ts'
import type {
  BootId,
  ButtonId,
  DeviceId,
  GatewayId,
  PolicyId,
  ResponderId,
  SiteId,
  ZoneId,
} from '../../protocol/ids.ts'
import { seconds } from '../../protocol/time.ts'

export const device = 'rathaus-1' as DeviceId
export const otherDevice = 'rathaus-2' as DeviceId
export const desk = 'tresen' as ButtonId
export const till = 'kasse' as ButtonId
export const boot = 'a000000000000001' as BootId
export const laterBoot = 'a000000000000002' as BootId
export const anna = 'anna' as ResponderId
export const bert = 'bert' as ResponderId
export const guard = 'wache' as ResponderId
export const chief = 'leitung' as ResponderId
export const caretaker = 'hausmeister' as ResponderId
/** Has an account at the console and is in no policy. */
export const administrator = 'admin' as ResponderId

export const policy: Policy = {
  id: 'rathaus' as PolicyId,
  steps: [
    { name: 'Nachbarn', afterMs: seconds(0), notify: [anna, bert] },
    { name: 'Sicherheitsdienst', afterMs: seconds(30), notify: [guard] },
    { name: 'Leitung', afterMs: seconds(90), notify: [guard, chief] },
  ],
  repeatMs: seconds(60),
}

export const deviceEntry = (id: DeviceId): DeviceEntry => ({
  id,
  site: 'altbau' as SiteId,
  heartbeatMs: seconds(10),
  indicator: 'off',
  buttons: [
    { id: desk, name: 'Tresen', room: 'Raum 012', zone: 'eg' as ZoneId, policy: policy.id },
    { id: till, name: 'Kasse', room: 'Raum 018', zone: 'eg' as ZoneId, policy: policy.id },
  ],
})

export const townhall: Configuration = {
  version: 'stand-1',
  gateway: { id: 'lindenau' as GatewayId, name: 'Rathaus Lindenau' },
  language: 'de',
  sites: [{ id: 'altbau' as SiteId, name: 'Altes Rathaus', zones: [{ id: 'eg' as ZoneId, name: 'Erdgeschoss' }] }],
  devices: [deviceEntry(device)],
  responders: [
    { id: anna, name: 'Anna' },
    { id: bert, name: 'Bert' },
    { id: guard, name: 'Sicherheitsdienst' },
    { id: chief, name: 'Einsatzleitung' },
    { id: caretaker, name: 'Hausmeisterei' },
  ],
  policies: [policy],
  defaultPolicy: policy.id,
  faultResponders: [caretaker],
  silentMs: seconds(30),
  incidentLevels: [
    { level: 1, text: { de: 'Verbale Aggression', en: 'Verbal aggression' } },
    { level: 2, text: { de: 'Bedrohung', en: 'Threat' } },
  ],
}
