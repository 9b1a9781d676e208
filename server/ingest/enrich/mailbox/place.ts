/** What a mail folder is, by its path in the languages that Exchange names folders in. */

export type FolderKind =
  | 'inbox'
  | 'sent'
  | 'drafts'
  | 'deleted'
  | 'recoverable'
  | 'junk'
  | 'rss'
  | 'archive'
  | 'history'
  | 'notes'
  | 'calendar'
  | 'contacts'
  | 'root'

/** The kind of a folder, from a path such as `\Sent Items` or a name such as `mara\RSS Feeds`; undefined: another. */
export function folderKind(path: string): FolderKind | undefined {
  return KINDS.find(([, pattern]) => pattern.test(path))?.[0]
}

/** Whether a rule that moves mail there keeps it from being seen. */
export function isOutOfSight(kind: FolderKind | undefined): boolean {
  return kind !== undefined && OUT_OF_SIGHT.has(kind)
}

const OUT_OF_SIGHT = new Set<FolderKind>([
  'deleted',
  'recoverable',
  'junk',
  'rss',
  'archive',
  'history',
  'notes',
  'calendar',
  'contacts',
])

// The first that fits: what was deleted for good lies under "Recoverable Items", whatever follows.
const KINDS: readonly (readonly [FolderKind, RegExp])[] = [
  ['recoverable', /recoverable items|\bdeletions\b|\bpurges\b/i],
  ['sent', /\bsent\b|gesendet|envoyés|enviad[oa]s|inviata|verzonden|skickat|sendte?\b|wysłane/i],
  ['drafts', /draft|entwürfe|brouillons|borrador|bozze|concepten|utkast/i],
  [
    'deleted',
    /deleted|trash|gelöscht|papierkorb|supprimés|corbeille|eliminad|eliminata|cestino|verwijderd|borttag|slettet|usunięte/i,
  ],
  ['junk', /junk|spam|indésirable|no deseado|indesiderata|ongewenst|skräp/i],
  ['rss', /\brss\b/i],
  [
    'history',
    /conversation history|aufgezeichnete unterhaltungen|unterhaltungsverlauf|historique des conversations|historial de conversaciones/i,
  ],
  ['archive', /\barchi(ve|v|vo|vio|ef|wum)\b/i],
  ['calendar', /calend|kalend|agenda/i],
  ['contacts', /contact|kontakt/i],
  ['notes', /\\notes\b|^notes$|notizen|sync issues/i],
  [
    'inbox',
    /inbox|posteingang|boîte de réception|bandeja de entrada|posta in arrivo|postvak in|inkorg|innboks|indbakke/i,
  ],
  ['root', /^\\?$|top of information store/i],
]
