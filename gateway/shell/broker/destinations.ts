// To which topic each message of the gateway goes.
import { assertNever } from '../../../protocol/assert.ts'
import { topicOf } from '../../../protocol/topics.ts'
import type { ToDevice, ToMonitor } from '../../core/model.ts'

export function topicForDevice(message: ToDevice): string {
  const { device } = message
  switch (message.kind) {
    case 'receipt':
      return topicOf('deviceReceipt', { device })
    case 'progress':
      return topicOf('deviceProgress', { device })
    case 'command':
      return topicOf('deviceCommand', { device })
    case 'config':
      return topicOf('deviceConfig', { device })
    default:
      return assertNever(message)
  }
}

export function topicForMonitors(message: ToMonitor): string {
  switch (message.kind) {
    case 'alarmState':
      return topicOf('monitorAlarm', { alarm: message.alarm })
    case 'deviceState':
      return topicOf('monitorDevice', { device: message.device })
    case 'gatewayState':
      return topicOf('monitorGateway', { gateway: message.gateway })
    case 'securityEvent':
      return topicOf('monitorSecurity', { event: message.event })
    default:
      return assertNever(message)
  }
}

/** What is kept about the subject of a message that is the last of it. A device takes its birth and its configuration along. */
export function topicsOfTheLast(message: ToMonitor): readonly string[] {
  const topic = topicForMonitors(message)
  if (message.kind !== 'deviceState') return [topic]
  const { device } = message
  return [topic, topicOf('deviceStatus', { device }), topicOf('deviceConfig', { device })]
}
