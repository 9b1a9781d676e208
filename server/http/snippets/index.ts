/** Every shipper that has a snippet. A new one is one file here, one line below and one page in `.docs/shippers`. */
import { filebeat, winlogbeat } from './beats.ts'
import { curl } from './curl.ts'
import { elasticsearchJs, elasticsearchJs7, elasticsearchPy, opensearchJs } from './elasticsearch-clients.ts'
import { fluentBit, fluentd } from './fluent.ts'
import { journalUpload } from './journal.ts'
import { logstash } from './logstash.ts'
import { azureEventHub, microsoftGraph, powershell } from './microsoft.ts'
import { pinoElasticsearch, winstonElasticsearch } from './node-loggers.ts'
import { collector, opentelemetryJs } from './opentelemetry.ts'
import { rsyslog } from './rsyslog.ts'
import type { Shipper } from './shipper.ts'
import { splunkHec, splunkLogging, winstonSplunk } from './splunk.ts'
import { syslogNg, syslogNgHttp } from './syslog-ng.ts'
import { vector } from './vector.ts'

export const SHIPPERS: readonly Shipper[] = [
  curl,
  filebeat,
  winlogbeat,
  logstash,
  vector,
  fluentBit,
  fluentd,
  rsyslog,
  syslogNg,
  syslogNgHttp,
  journalUpload,
  collector,
  opentelemetryJs,
  splunkHec,
  splunkLogging,
  winstonSplunk,
  elasticsearchJs,
  elasticsearchJs7,
  elasticsearchPy,
  opensearchJs,
  pinoElasticsearch,
  winstonElasticsearch,
  azureEventHub,
  microsoftGraph,
  powershell,
]
