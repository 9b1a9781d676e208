import type { Run } from '../scenario.ts'
import { type RoleGiven, roleGiven } from '../records/directory.ts'
import { type Cast, type Scene, storyDrill } from '../story.ts'

function give(role: string, log: RoleGiven['log'] = 'unified'): Scene {
  return (run: Run, { who, colleagues, address }: Cast, at) =>
    roleGiven(run, { who, at, address, to: colleagues[0]!, role, log })
}

/** What a thief of an administrator's account does in the directory. */
export const DIRECTORY = [
  storyDrill({
    name: 'new-administrator',
    title: 'An account is made an administrator; both logs tell of it',
    rule: 'privileged-role-given',
    severity: 'medium',
    attack: [
      [20, give('Global Administrator')],
      [20, give('Global Administrator', 'directory')],
    ],
    nearMisses: {
      'a role that reads reports': [
        [20, give('Reports Reader')],
        [20, give('Reports Reader', 'directory')],
      ],
    },
  }),
]
