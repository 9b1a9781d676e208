import type { Shipper } from './shipper.ts'

export const collector: Shipper = {
  name: 'opentelemetry-collector',
  title: 'OpenTelemetry Collector',
  language: 'yaml',
  path: '/etc/otelcol-contrib/config.yaml',
  text: ({ url, key }) => `extensions:
  file_storage:
    directory: /var/lib/otelcol
    create_directory: true

receivers:
  filelog:
    include:
      - /var/log/*.log
    storage: file_storage
    retry_on_failure:
      enabled: true
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:4318

processors:
  resourcedetection:
    detectors: [system]

exporters:
  otlphttp:
    endpoint: ${url}
    headers:
      Authorization: Bearer ${key}
    compression: gzip
    timeout: 90s
    retry_on_failure:
      enabled: true
      initial_interval: 1s
      max_interval: 30s
      # Without end: by default a batch is dropped after five minutes.
      max_elapsed_time: 0s
    sending_queue:
      enabled: true
      storage: file_storage
      queue_size: 10000

service:
  extensions: [file_storage]
  pipelines:
    logs:
      receivers: [filelog, otlp]
      processors: [resourcedetection]
      exporters: [otlphttp]
`,
  steps: () => [
    'Use the contrib distribution (otelcol-contrib): filelog and file_storage are in it.',
    'Check it: otelcol-contrib validate --config /etc/otelcol-contrib/config.yaml',
    'Restart it: systemctl restart otelcol-contrib.',
  ],
  notes: [
    'The server away or full: batches stay in the queue on disk and are sent again without end, since max_elapsed_time is 0.',
    'A batch that is sent again as it was within ten minutes is known and stored once.',
    'endpoint has no path: the exporter adds /v1/logs. Traces and metrics are not taken.',
  ],
}

export const opentelemetryJs: Shipper = {
  name: 'opentelemetry-js',
  title: 'OpenTelemetry for Node.js',
  language: 'js',
  path: 'logs.mjs',
  text: ({ url, key }) => `import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'

const exporter = new OTLPLogExporter({
  url: '${url}/v1/logs',
  headers: { Authorization: 'Bearer ${key}' },
  compression: 'gzip',
  timeoutMillis: 90_000,
})

// The exporter drops a batch after five attempts: begin again, unless the server says that it can never take it.
const persistent = {
  export(records, done) {
    exporter.export(records, (result) => {
      const status = result.error?.code
      const isForGood = typeof status === 'number' && status >= 400 && status < 429
      if (result.code === 0 || isForGood) done(result)
      else setTimeout(() => persistent.export(records, done), 5000)
    })
  },
  forceFlush: () => exporter.forceFlush(),
  shutdown: () => exporter.shutdown(),
}

export const provider = new LoggerProvider({
  resource: resourceFromAttributes({ 'service.name': 'my-service' }),
  processors: [
    new BatchLogRecordProcessor({
      exporter: persistent,
      maxQueueSize: 100_000,
      maxExportBatchSize: 500,
      scheduledDelayMillis: 1000,
      exportTimeoutMillis: 2 ** 31 - 1,
    }),
  ],
})
export const logger = provider.getLogger('my-service')
`,
  steps: () => [
    'npm install @opentelemetry/sdk-logs @opentelemetry/resources @opentelemetry/exporter-logs-otlp-http',
    "Log: import { logger } from './logs.mjs'; logger.emit({ severityText: 'INFO', body: 'text or an object', attributes: { 'user.name': 'ann' } })",
    'Before the process ends: await provider.shutdown(), which sends what is left.',
  ],
  notes: [
    'The server away or full: the batch is sent again without end, and later records wait in memory, up to maxQueueSize: a crash of your process loses them.',
    'Where that matters, send to an OpenTelemetry Collector on the same machine, whose queue is on disk.',
    'A batch that is sent again as it was within ten minutes is known and stored once.',
    'The protobuf exporter (@opentelemetry/exporter-logs-otlp-proto) takes the same settings.',
  ],
}
