const WORDS: Record<string, string> = {
  create: 'made',
  delete: 'deleted',
  revoke: 'revoked',
  update: 'changed',
  change: 'changed',
  save: 'saved',
  play: 'played',
  replay: 'sent through again',
  import: 'imported',
  remove: 'removed',
}

/** `key.create` as `made the key`; what has no words of its own is told as it is written. */
export function auditWords(verb: string): string {
  const [what, did] = verb.split('.')
  const word = did === undefined ? undefined : WORDS[did]
  return word ? `${word} the ${what!.replaceAll('-', ' ')}` : verb
}
