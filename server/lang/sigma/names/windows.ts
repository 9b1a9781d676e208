/** Windows events: as winlogbeat, NXLog or an exported .evtx have them. */
import { type Doc, isDoc, type Json } from '../../document.ts'
import { namesOf } from './names.ts'

const flattened = new WeakMap<Doc, Doc>()

/** The fields of `{"Event": {"System": ..., "EventData": ...}}` as rules name them. */
function exported(doc: Doc): Doc | undefined {
  const event = doc['Event']
  if (!isDoc(event)) return undefined
  const known = flattened.get(event)
  if (known) return known
  const fields: Doc = {}
  addSystem(event['System'], fields)
  addData(event['EventData'], fields)
  const user = event['UserData']
  if (isDoc(user)) for (const part of Object.values(user)) addData(part, fields)
  flattened.set(event, fields)
  return fields
}

/** `Channel` as it is; an attribute of an element as `Provider_Name`. */
function addSystem(system: Json | undefined, fields: Doc): void {
  if (!isDoc(system)) return
  for (const [name, value] of Object.entries(system)) {
    if (!isDoc(value)) {
      put(fields, name, value)
      continue
    }
    put(fields, name, value['#text'])
    const attributes = value['#attributes']
    if (isDoc(attributes))
      for (const [key, one] of Object.entries(attributes)) put(fields, `${name}_${key}`, one)
  }
}

function addData(data: Json | undefined, fields: Doc): void {
  if (!isDoc(data)) return
  for (const [name, value] of Object.entries(data)) {
    if (name === '#attributes') continue
    if (name === 'Data') addNamed(value, fields)
    else put(fields, name, isDoc(value) && '#text' in value ? value['#text'] : value)
  }
}

/** `<Data Name="X">v</Data>` where the exporter kept it as a list. */
function addNamed(value: Json | undefined, fields: Doc): void {
  const unnamed: Json[] = []
  for (const item of Array.isArray(value) ? value : [value ?? null]) {
    const attributes = isDoc(item) ? item['#attributes'] : undefined
    const name = isDoc(attributes) ? attributes['Name'] : undefined
    if (typeof name === 'string') put(fields, name, (item as Doc)['#text'])
    else if (item !== null) unnamed.push(isDoc(item) ? (item['#text'] ?? null) : item)
  }
  if (unnamed.length > 0) put(fields, 'Data', unnamed)
}

function put(fields: Doc, name: string, value: Json | undefined): void {
  if (value !== undefined && value !== null && fields[name] === undefined) fields[name] = value
}

const DATA = 'winlog.event_data'

export const windows = namesOf(
  [
    [
      ['EventID', 'EventCode'],
      [(doc) => exported(doc)?.['EventID'], 'winlog.event_id', 'event.code', 'EventID'],
    ],
    [['Channel'], [(doc) => exported(doc)?.['Channel'], 'winlog.channel', 'Channel']],
    [
      ['Provider_Name', 'Provider'],
      [
        (doc) => exported(doc)?.['Provider_Name'],
        'winlog.provider_name',
        'Provider_Name',
        'ProviderName',
        'SourceName',
      ],
    ],
    [
      ['Computer', 'ComputerName'],
      [(doc) => exported(doc)?.['Computer'], 'winlog.computer_name', 'Computer', 'host.name'],
    ],
    // Security's own record of a new process (4688) has other names than Sysmon's.
    [
      ['Image'],
      [
        (doc) => exported(doc)?.['Image'],
        `${DATA}.Image`,
        'Image',
        (doc) => exported(doc)?.['NewProcessName'],
        `${DATA}.NewProcessName`,
        'NewProcessName',
        'process.executable',
      ],
    ],
    [
      ['ParentImage'],
      [
        (doc) => exported(doc)?.['ParentImage'],
        `${DATA}.ParentImage`,
        'ParentImage',
        (doc) => exported(doc)?.['ParentProcessName'],
        `${DATA}.ParentProcessName`,
        'ParentProcessName',
        'process.parent.executable',
      ],
    ],
    [
      ['CommandLine'],
      [
        (doc) => exported(doc)?.['CommandLine'],
        `${DATA}.CommandLine`,
        `${DATA}.ProcessCommandLine`,
        'CommandLine',
        'process.command_line',
      ],
    ],
    [
      ['ParentCommandLine'],
      [
        (doc) => exported(doc)?.['ParentCommandLine'],
        `${DATA}.ParentCommandLine`,
        'ParentCommandLine',
        'process.parent.command_line',
      ],
    ],
    [['User'], [(doc) => exported(doc)?.['User'], `${DATA}.User`, 'User', 'user.name']],
    [
      ['Signature'],
      [(doc) => exported(doc)?.['ThreatName'], `${DATA}.Threat Name`, 'Signature', 'ThreatName'],
    ],
    [['Filename'], [(doc) => exported(doc)?.['Path'], `${DATA}.Path`, 'Filename', 'Path']],
  ],
  [exported, DATA, 'winlog.user_data', 'winlog', ''],
)
