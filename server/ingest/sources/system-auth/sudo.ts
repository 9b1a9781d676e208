/** sudo: who ran what as whom, and who was refused. */
import type { Fields } from '../../../domain/json.ts'
import type { AuthEvent } from './auth-event.ts'

/** `ann : user NOT in sudoers ; TTY=pts/1 ; PWD=/home/ann ; USER=root ; COMMAND=/bin/ls`, or null. */
export function sudoEvent(line: string): AuthEvent | null {
  const parts = /^\s*(\S{1,256}) : ([^]*)$/.exec(line)
  if (!parts) return null
  const [, user, rest] = parts
  // The command is the last part and may hold anything, ` ; ` too.
  const at = rest!.search(/(?:^| ; )COMMAND=/)
  const head = at === -1 ? rest! : rest!.slice(0, at)
  const command = at === -1 ? undefined : rest!.slice(rest!.indexOf('COMMAND=', at) + 8)
  const named: Fields = {}
  let error: string | undefined
  for (const part of head.split(' ; ')) {
    const pair = /^(TTY|PWD|USER|GROUP|TSID|CHROOT)=([^]*)$/.exec(part)
    if (pair) named[pair[1]!.toLowerCase()] = pair[2]!
    else if (part !== '' && !part.startsWith('ENV=')) error ??= part
  }
  if (command === undefined && named['user'] === undefined && error === undefined) return null
  if (command !== undefined) named['command'] = command
  if (error !== undefined) named['error'] = error
  const effective = named['user']
  return {
    category: error === undefined ? ['authentication', 'process'] : ['authentication'],
    type: [error === undefined ? 'start' : 'info'],
    action: 'sudo',
    outcome: error === undefined ? 'success' : 'failure',
    ...(error !== undefined && { reason: error }),
    user: user!,
    ...(typeof effective === 'string' && { effective }),
    auth: { sudo: named },
  }
}
