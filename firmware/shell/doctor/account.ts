// As whom the device runs, and what that account may do with a file. Whoever examines is often root, who may do everything: what
// counts is the account of the device.
import { stat } from 'node:fs/promises'
import type { Roots } from './roots.ts'
import { readFact } from './roots.ts'
import type { ServiceReading } from './service.ts'

export type Account = {
  readonly name: string
  readonly id: number
  /** Ids of all its groups. */
  readonly groups: readonly number[]
  /** How it is known: by the running program, by the service, by the owner of the data folder, or because it examines. */
  readonly by: 'program' | 'service' | 'folder' | 'self'
}

export type FileRights = {
  readonly path: string
  readonly owner: number
  readonly group: number
  /** Null: the group has no name. */
  readonly groupName: string | null
  readonly mode: number
}

/** @param pid of the running program */
export async function probeAccount(
  roots: Roots,
  pid: number | null,
  service: ServiceReading | null,
  dataFolder: string,
): Promise<Account> {
  const names = await readNames(roots)
  const running = pid === null ? null : parseStatus((await readFact(roots.proc, String(pid), 'status')) ?? '')
  if (running !== null) return { ...running, name: nameOf(names, running.id), by: 'program' }
  const user = names.users.find(({ name }) => name === service?.user)
  if (user !== undefined) {
    const extra = names.groups.filter(({ name }) => service?.groups.includes(name)).map(({ id }) => id)
    return { name: user.name, id: user.id, groups: [...groupsOf(names, user), ...extra], by: 'service' }
  }
  const owner = await ownerOf(dataFolder)
  const id = owner ?? process.getuid?.() ?? 0
  const known = names.users.find(each => each.id === id)
  const groups = known === undefined ? [] : groupsOf(names, known)
  const own = owner === null ? (process.getgroups?.() ?? []) : []
  return { name: nameOf(names, id), id, groups: [...groups, ...own], by: owner === null ? 'self' : 'folder' }
}

export async function probeRights(path: string, roots: Roots): Promise<FileRights | null> {
  try {
    const { uid, gid, mode } = await stat(path)
    const { groups } = await readNames(roots)
    return { path, owner: uid, group: gid, groupName: groups.find(({ id }) => id === gid)?.name ?? null, mode }
  } catch {
    return null // There is no such file, which the caller judges.
  }
}

/** Whether the account may do this with the file, by its owner, group and mode. */
export function mayUse(account: Account, file: FileRights, what: 'read' | 'write' | 'readAndWrite'): boolean {
  if (account.id === 0) return true
  const wanted = { read: 0o4, write: 0o2, readAndWrite: 0o6 }[what]
  const shift = account.id === file.owner ? 6 : account.groups.includes(file.group) ? 3 : 0
  return ((file.mode >> shift) & wanted) === wanted
}

/** Of `/proc/<pid>/status`. */
function parseStatus(text: string): { readonly id: number; readonly groups: readonly number[] } | null {
  const numbers = (key: string): readonly number[] | null =>
    new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(text)?.[1]?.split(/\s+/).filter(Boolean).map(Number) ?? null
  const [, effective] = numbers('Uid') ?? []
  const [, group] = numbers('Gid') ?? []
  if (effective === undefined || group === undefined) return null
  return { id: effective, groups: [group, ...(numbers('Groups') ?? [])] }
}

type Names = {
  readonly users: readonly { readonly name: string; readonly id: number; readonly group: number }[]
  readonly groups: readonly { readonly name: string; readonly id: number; readonly members: readonly string[] }[]
}

/** `passwd` and `group` of the machine's own accounts; accounts of a directory service go by their number. */
async function readNames(roots: Roots): Promise<Names> {
  const fields = async (file: string): Promise<readonly (readonly string[])[]> =>
    ((await readFact(roots.etc, file)) ?? '').split('\n').map(line => line.split(':'))
  return {
    users: (await fields('passwd')).map(([name = '', , id, group]) => ({ name, id: Number(id), group: Number(group) })),
    groups: (await fields('group')).map(([name = '', , id, members = '']) => ({
      name,
      id: Number(id),
      members: members.split(','),
    })),
  }
}

const groupsOf = ({ groups }: Names, user: Names['users'][number]): readonly number[] => [
  user.group,
  ...groups.filter(({ members }) => members.includes(user.name)).map(({ id }) => id),
]

const nameOf = ({ users }: Names, id: number): string => users.find(each => each.id === id)?.name ?? String(id)

async function ownerOf(folder: string): Promise<number | null> {
  try {
    return (await stat(folder)).uid
  } catch {
    return null // Not made yet: then it will belong to whoever runs the device.
  }
}
