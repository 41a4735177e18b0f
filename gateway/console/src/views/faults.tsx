// What is out of order, in the words of the fault table: what it means, where, since when, and what to do.
import type { FaultView } from '../../../../protocol/console.ts'
import { formatMoment } from '../format.ts'
import { gatewayNow } from '../model.ts'
import { usePage } from '../page.ts'
import { faultDetail, faultPlace, faultTexts, sortedFaults } from '../select.ts'
import { CheckIcon, SilentIcon, UnknownIcon, WarningIcon } from './icons.tsx'

export function FaultsView() {
  const { state, text } = usePage()
  const faults = sortedFaults(state)
  const live = state.connection.kind === 'live'
  return (
    <>
      <div class="view-head">
        <h1>{text('faults')}</h1>
      </div>
      {faults.length === 0 && (
        <section class={live ? 'none-open' : 'none-open unknown'}>
          {live ? <CheckIcon /> : <UnknownIcon />}
          <h2>{text(live ? 'faultsNone' : 'noneKnown')}</h2>
          {live && <p>{text('faultsNoneDetail')}</p>}
        </section>
      )}
      <ul class="faults">
        {faults.map(fault => (
          <Fault key={`${fault.source} ${fault.code} ${fault.subject}`} fault={fault} />
        ))}
      </ul>
    </>
  )
}

function Fault({ fault }: { readonly fault: FaultView }) {
  const { state, text } = usePage()
  const { language } = state
  const critical = fault.severity === 'critical'
  const texts = faultTexts(fault)
  const detail = faultDetail(fault, language)
  const source = fault.source === 'gateway' ? text('faultGateway') : fault.source
  const place = faultPlace(state, fault)
  return (
    <li class={`fault ${fault.severity}`}>
      <p class="fault-severity">
        {critical ? <SilentIcon /> : <WarningIcon />}
        <strong>{text(critical ? 'faultCritical' : 'faultWarning')}</strong>
        <span class="soft">{text('faultSince', { time: formatMoment(fault.since, gatewayNow(state), language) })}</span>
      </p>
      <h2>{texts.text[language]}</h2>
      <p class="fault-place">
        {place !== null && <strong>{place}</strong>} <span class="device-id">{source}</span>
      </p>
      {detail !== '' && <p class="fault-detail">{detail}</p>}
      <p class="fault-do">
        <strong>{text('faultWhatToDo')}:</strong> {texts.whatToDo[language]}
      </p>
    </li>
  )
}
