import type { Shipper } from './shipper.ts'

export const journalUpload: Shipper = {
  name: 'systemd-journal-upload',
  title: 'systemd-journal-upload',
  language: 'ini',
  path: '/etc/systemd/journal-upload.conf',
  text: ({ protocol, host, port, key }) => `[Upload]
URL=${protocol}://vedette:${key}@${host.includes(':') ? `[${host}]` : host}:${port}
`,
  steps: ({ tls }) => [
    'Install it: apt install systemd-journal-remote (the uploader is in this package).',
    'Save the file, and make it readable by the service alone: chown root:systemd-journal-upload, chmod 640.',
    'Make it come back after an outage: systemctl edit systemd-journal-upload, with [Unit] StartLimitIntervalSec=0 and [Service] Restart=always, RestartSec=10.',
    ...(tls
      ? [
          'Add TrustedCertificateFile=/etc/ssl/certs/ca-certificates.crt where the certificate is of a public authority.',
        ]
      : []),
    'Start it: systemctl enable --now systemd-journal-upload.',
  ],
  notes: [
    'The server away or full: the uploader ends, and is started again; it goes on where the last answer came, from /var/lib/systemd/journal-upload/state. The journal itself is the buffer.',
    'An entry is known by its cursor: what is sent again is stored once.',
    'Say the port, also where it is the usual one: without it the uploader takes 19532.',
  ],
}
