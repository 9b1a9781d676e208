/** How far an attack on an account has come, by the techniques that its alerts name. */
import type { Alert } from '../../domain/alert.ts'

export const STAGES = ['access', 'foothold', 'evasion', 'collection', 'impact'] as const
export type Stage = (typeof STAGES)[number]

// MITRE ATT&CK, Enterprise: by the tactic under which a technique is used against mail accounts. T1586 (the account is
// somebody's means for later) is no stage of its own.
const TECHNIQUES: Record<Stage, string> = {
  access: 'TA0001 TA0006 T1078 T1110 T1111 T1133 T1187 T1190 T1199 T1528 T1539 T1550 T1557 T1566 T1606 T1621',
  foothold: 'TA0003 TA0004 T1053 T1098 T1136 T1137 T1484 T1505 T1546 T1547 T1556',
  evasion: 'TA0005 T1027 T1036 T1070 T1562 T1564 T1656',
  collection: 'TA0009 TA0010 T1005 T1020 T1039 T1041 T1048 T1074 T1114 T1119 T1213 T1530 T1537 T1567',
  impact: 'TA0008 TA0040 T1485 T1486 T1489 T1490 T1491 T1496 T1499 T1529 T1531 T1534 T1565 T1657',
}
const BY_TECHNIQUE = new Map(
  STAGES.flatMap((stage) => TECHNIQUES[stage].split(' ').map((id) => [id, stage] as const)),
)

// As Sigma (`attack.initial-access`) and Elastic (`Tactic: Initial Access`) name tactics in their tags.
const BY_TACTIC: [RegExp, Stage][] = [
  [/^initial access$|^credential access$/, 'access'],
  [/^persistence$|^privilege escalation$/, 'foothold'],
  [/^defen[cs]e evasion$|^stealth$/, 'evasion'],
  [/^collection$|^exfiltration$/, 'collection'],
  [/^impact$|^lateral movement$/, 'impact'],
]

/** The stages that an alert's techniques and tags name, in the order of an attack. */
export function stagesOf({ techniques, tags }: Pick<Alert, 'techniques' | 'tags'>): Stage[] {
  const found = new Set<Stage>()
  for (const id of techniques) {
    const stage = BY_TECHNIQUE.get(id.toUpperCase().split('.')[0]!)
    if (stage) found.add(stage)
  }
  for (const tag of tags) {
    const tactic = /^(?:attack\.|tactic:)\s*(.+)$/i.exec(tag)?.[1]?.toLowerCase().replaceAll(/[-_]/g, ' ')
    const stage = tactic && BY_TACTIC.find(([pattern]) => pattern.test(tactic))?.[1]
    if (stage) found.add(stage)
  }
  return STAGES.filter((stage) => found.has(stage))
}
