/** `RecordType` numbers of the Management Activity API and their names, which become `event.code`. */
const NAMES: { [number: string]: string } = {
  1: 'ExchangeAdmin',
  2: 'ExchangeItem',
  3: 'ExchangeItemGroup',
  4: 'SharePoint',
  6: 'SharePointFileOperation',
  7: 'OneDrive',
  8: 'AzureActiveDirectory',
  9: 'AzureActiveDirectoryAccountLogon',
  10: 'DataCenterSecurityCmdlet',
  11: 'ComplianceDLPSharePoint',
  13: 'ComplianceDLPExchange',
  14: 'SharePointSharingOperation',
  15: 'AzureActiveDirectoryStsLogon',
  18: 'SecurityComplianceCenterEOPCmdlet',
  19: 'ExchangeAggregatedOperation',
  20: 'PowerBIAudit',
  22: 'Yammer',
  24: 'Discovery',
  25: 'MicrosoftTeams',
  28: 'ThreatIntelligence',
  29: 'MailSubmission',
  30: 'MicrosoftFlow',
  36: 'SharePointListOperation',
  40: 'SecurityComplianceAlerts',
  41: 'ThreatIntelligenceUrl',
  47: 'ThreatIntelligenceAtpContent',
  50: 'ExchangeItemAggregated',
  52: 'DataInsightsRestApiAudit',
  54: 'SharePointListItemOperation',
  55: 'SharePointContentTypeOperation',
  56: 'SharePointFieldOperation',
  57: 'MicrosoftTeamsAdmin',
  62: 'Campaign',
  64: 'AirInvestigation',
  65: 'Quarantine',
  78: 'WDATPAlerts',
  83: 'SensitivityLabelAction',
  98: 'MCASAlerts',
  101: 'ExchangeSearch',
  102: 'SharePointSearch',
  113: 'MS365DCustomDetection',
}

const NUMBERS: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).map(([number, name]) => [name.toLowerCase(), number]),
)

/** `{number, name}` of a record type sent as a number, as digits, or (in exports) by name; both may be unknown. */
export function recordType(value: unknown): { number: string | null; name: string | null } {
  if (typeof value !== 'number' && typeof value !== 'string') return { number: null, name: null }
  const text = String(value)
  if (Object.hasOwn(NAMES, text)) return { number: text, name: NAMES[text]! }
  const number = NUMBERS.get(text.toLowerCase())
  return number
    ? { number, name: NAMES[number]! }
    : { number: /^-?\d+$/.test(text) ? text : null, name: null }
}
