// What the installed programs need while nobody presses: resident memory and a share of one core.
import { readFile } from 'node:fs/promises'
import { bundles, makeWorld } from '../integration/world.ts'

const devices = ['rathaus-1', 'buergerhaus-1'] as const

/** Starts a gateway and two devices as they are installed, and looks at them over a while. */
export async function reportRest(seconds: number): Promise<void> {
  await using world = await makeWorld({ devices, programs: bundles })
  const gateway = await world.startGateway()
  const [device, other] = [await world.startDevice(devices[0]), await world.startDevice(devices[1])]
  for (const each of [device, other]) await each.line(line => line.includes('"connected"'))
  const processes = [
    { name: 'gateway with two devices', pid: gateway.pid, bound: 130 },
    { name: 'device', pid: device.pid, bound: 70 },
  ]
  await new Promise(resolve => setTimeout(resolve, 5000)) // until the start itself is over
  const before = await Promise.all(processes.map(({ pid }) => cpuMs(pid)))
  await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  console.log(`at rest, over ${seconds} s`)
  for (const [index, { name, pid, bound }] of processes.entries()) {
    const share = ((await cpuMs(pid)) - (before[index] ?? 0)) / (seconds * 10)
    const resident = await residentMb(pid)
    const verdict = resident < bound ? 'holds' : 'MISSED'
    if (resident >= bound) process.exitCode = 1
    console.log(
      `  ${name.padEnd(30)}${resident.toFixed(0).padStart(5)} MB RSS (goal < ${bound}: ${verdict})  ${share.toFixed(2)} % of a core`,
    )
  }
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(status.match(/VmRSS:\s+(\d+) kB/)?.[1]) / 1024
}

/** Of all threads of the process; the kernel counts in hundredths of a second. */
async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
