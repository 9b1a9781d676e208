/** What attackers look for in mail, and the names that they give their rules. */

/** Whether one of these words of a rule's condition speaks of money, of security or of a break-in. */
export function areSuspicious(words: readonly string[]): boolean {
  return words.some((word) => SUSPICIOUS.test(word))
}

/** Whether a subject is a notice of the sign-in service: a new second factor, device, password or security info. */
export function isSecurityNotice(subject: string): boolean {
  return NOTICE.test(subject)
}

/**
 * Whether a rule's name says nothing: no letter and no digit, or three of four: few different letters (Shannon entropy up
 * to 2 bits), at most 3 letters, marks as read, goes to a folder that nobody opens (Elastic's public rule on names).
 */
export function isObscure(name: string, rule: { marksRead: boolean; hidesIn: boolean }): boolean {
  const plain = name.trim()
  if (plain === '') return false
  if (!/[\p{L}\p{N}]/u.test(plain)) return true
  const score = [entropy(plain) <= 2, Array.from(plain).length <= 3, rule.marksRead, rule.hidesIn]
  return score.filter(Boolean).length > 2
}

// Beginnings of words, in the languages of the mailboxes that we know of; "bank" finds "bankverbindung", not "embankment".
const MONEY = [
  'invoic|payment|payroll|paycheck|salary|wire|bank|iban|swift|ach\\b|remit|transfer|direct deposit|purchase order',
  'w-?2\\b|overdue|receipt|statement|tax|rechnung|zahlung|überweisung|ueberweisung|konto|gehalt|lohn|mahnung',
  'factur|paiement|virement|salaire|pago|transferencia|nómina|fattur|pagament|bonifico|faktur|betal|lön|loon',
  'przelew|płatno|fatura',
]
const ALARM = [
  'phish|hack|spam|scam|fraud|virus|virenscan|malware|suspicious|compromis|unauthori[sz]ed|security|sicherheit',
  'sécurité|seguridad|sicurezza|säkerhet|helpdesk|help desk|it support|alert|warning|warnung|password|passwort',
  'kennwort|mot de passe|contraseña|mfa|2fa|verification code|sign-?in|log-?in|undeliver|unzustellbar',
  "delivery (?:status|fail)|mailer-daemon|postmaster|did you (?:send|mean)|do not (?:open|click)|don'?t open",
  'docusign|betrug|gehackt|fake|legit|stolen|attack|bounce',
]
const SUSPICIOUS = new RegExp(`(?<![\\p{L}\\p{N}])(?:${[...MONEY, ...ALARM].join('|')})`, 'iu')

const NOTICE = new RegExp(
  [
    '(?<![\\p{L}\\p{N}])(?:mfa|2fa|two.?factor|multi.?factor|zwei.?faktor)(?![\\p{L}\\p{N}])',
    'security (info|alert|notification|code)',
    '(new|added|changed|updated|registered|removed|neue[rs]?|hinzugefügt).{0,40}(factor|authenticat|sign-?in|device|security|verification|phone|passkey|gerät|anmelde|sicherheits)',
    '(authenticat|sign-?in|verification|security).{0,30}(method|info|phone|device).{0,30}(added|changed|new|updated|registered|removed)',
    'password (was|has been|changed|reset)|passwort (wurde|geändert)|kennwort (wurde|geändert)',
    'unusual sign-?in|unfamiliar sign-?in|ungewöhnliche (anmeldung|anmeldeaktivität)',
    'sicherheitsinformationen',
  ].join('|'),
  'iu',
)

function entropy(text: string): number {
  const counts = new Map<string, number>()
  const letters = Array.from(text)
  for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  return [...counts.values()].reduce((sum, n) => {
    const share = n / letters.length
    return sum - share * Math.log2(share)
  }, 0)
}
