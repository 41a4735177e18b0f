// Devices and their buttons: does the button in front of a person work today, and what proves it?
import { useState } from 'preact/hooks'
import type { DeviceView } from '../../../../protocol/console.ts'
import { testKey } from '../model.ts'
import { usePage } from '../page.ts'
import { matchingDevices, mayAct, placeLine } from '../select.ts'
import { Age, Moment } from './age.tsx'
import { ButtonTestPanel } from './button-test.tsx'
import { CheckIcon, SilentIcon, UnknownIcon } from './icons.tsx'

export function DevicesView() {
  const { state, text } = usePage()
  const [search, setSearch] = useState('')
  const devices = matchingDevices(state, search)
  const online = state.devices.filter(device => device.state === 'online').length
  return (
    <>
      <div class="view-head">
        <h1>{text('devices')}</h1>
        <p class="soft">{text('devicesSummary', { online, all: state.devices.length })}</p>
        <label class="search">
          <span class="unseen">{text('devicesSearch')}</span>
          <input
            type="search"
            placeholder={text('devicesSearchHint')}
            value={search}
            onInput={event => setSearch(event.currentTarget.value)}
          />
        </label>
      </div>
      {devices.length === 0 && (
        <p class="soft">{text(state.devices.length === 0 ? 'devicesNone' : 'devicesNoMatch')}</p>
      )}
      <ul class="devices">
        {devices.map(device => (
          <Device key={device.id} device={device} />
        ))}
      </ul>
    </>
  )
}

function Device({ device }: { readonly device: DeviceView }) {
  const { text } = usePage()
  return (
    <li class={`device ${device.state}`}>
      <header>
        <h2>
          {device.site} <span class="device-id">{device.id}</span>
        </h2>
        <DeviceState device={device} />
      </header>
      {device.state !== 'online' && (
        <p class="hint attention">{text(device.state === 'silent' ? 'deviceSilentHint' : 'deviceUnknownHint')}</p>
      )}
      <ul class="buttons">
        {device.buttons.map(button => (
          <Button key={button.id} device={device} button={button} />
        ))}
      </ul>
    </li>
  )
}

const stateKeys = { online: 'deviceOnline', silent: 'deviceSilent', unknown: 'deviceUnknown' } as const
const stateIcons = { online: CheckIcon, silent: SilentIcon, unknown: UnknownIcon } as const

/** The gateway tells of changes: it says when a silent device was last heard, and nothing of each sign of life of the others. */
function DeviceState({ device }: { readonly device: DeviceView }) {
  const { text } = usePage()
  const Shape = stateIcons[device.state]
  return (
    <p class="device-state">
      <span class="device-state-words">
        <Shape /> <strong>{text(stateKeys[device.state])}</strong>
      </span>
      {device.state !== 'online' && device.lastHeardAt !== null && (
        <span class="soft">
          {text('lastHeard')} <Age since={device.lastHeardAt} />
        </span>
      )}
    </p>
  )
}

type ButtonProps = { readonly device: DeviceView; readonly button: DeviceView['buttons'][number] }

function Button({ device, button }: ButtonProps) {
  const { state, text } = usePage()
  const [asked, setAsked] = useState(false)
  const open = asked || state.tests.has(testKey(device.id, button.id))
  return (
    <li class="device-button">
      <div class="device-button-line">
        <span class="device-button-place">
          <strong>{button.place.button}</strong>
          <span>
            {button.place.room}
            {button.place.zone !== '' && ` · ${button.place.zone}`}
          </span>
        </span>
        <LastPress button={button} />
        {mayAct(state) && (
          <button
            type="button"
            class="secondary"
            aria-expanded={open}
            aria-label={text('testButtonAt', { place: placeLine(button.place) })}
            onClick={() => setAsked(!open)}
          >
            {text('test')}
          </button>
        )}
      </div>
      {open && mayAct(state) && <ButtonTestPanel device={device} button={button} onLeave={() => setAsked(false)} />}
    </li>
  )
}

function LastPress({ button }: Pick<ButtonProps, 'button'>) {
  const { text } = usePage()
  if (button.lastPressAt === null)
    return (
      <span class="last-press never">
        <UnknownIcon /> {text('neverPressed')}
      </span>
    )
  return (
    <span class="last-press">
      {text('lastPress')} <Moment at={button.lastPressAt} />
    </span>
  )
}
