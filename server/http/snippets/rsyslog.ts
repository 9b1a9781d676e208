import type { Shipper } from './shipper.ts'

export const rsyslog: Shipper = {
  name: 'rsyslog',
  title: 'rsyslog',
  language: 'rsyslog',
  path: '/etc/rsyslog.d/60-vedette.conf',
  text: ({ host, port, tls, key }) => `module(load="omelasticsearch")

# No newline at the end: what has to be sent again is found by its lines.
template(name="vedette-document" type="string" string="{%timereported:::date-rfc3339,jsonf:@timestamp%,%msg:::jsonf:message%,\\"host\\":{%hostname:::jsonf:hostname%},\\"process\\":{%programname:::jsonf:name%},\\"log\\":{\\"syslog\\":{%procid:::jsonf:procid%,%msgid:::jsonf:msgid%,\\"facility\\":{%syslogfacility-text:::jsonf:name%},\\"severity\\":{\\"code\\":%syslogseverity%,%syslogseverity-text:::jsonf:name%}}}}")
template(name="vedette-again" type="string" string="%$!all-json-plain%")
template(name="vedette-body" type="string" string="%$.vedette_body%")
template(name="vedette-id" type="string" string="%$.vedette_id%")

ruleset(name="vedette") {
  if strlen($.omes!status) > 0 then {
    # A document that the server did not take comes back here: stored already, never to be stored, or to be sent again.
    if $.omes!status == 409 or $.omes!status < 300 then stop
    if $.omes!status == 400 then stop
    set $.vedette_id = $.omes!_id;
    set $.vedette_body = exec_template("vedette-again");
  } else {
    # Made once for each message, so that one that is sent again is known, and stored once.
    set $.vedette_id = $uuid;
    set $.vedette_body = exec_template("vedette-document");
  }
  action(
    type="omelasticsearch" name="vedette"
    server="${host}" serverport="${port}" usehttps="${tls ? 'on' : 'off'}"
    uid="vedette" pwd="${key}"
    searchIndex="logs-syslog-default" searchType=""
    bulkmode="on" maxbytes="4m" writeoperation="create" bulkid="vedette-id" dynbulkid="on"
    template="vedette-body"
    retryfailures="on" retryruleset="vedette"
    action.resumeRetryCount="-1" action.resumeInterval="5" action.resumeIntervalMax="60"
    queue.type="LinkedList" queue.filename="vedette" queue.size="100000" queue.dequeueBatchSize="500"
    queue.maxDiskSpace="4g" queue.saveOnShutdown="on"
  )
}

call vedette
`,
  steps: () => [
    'Install the output: apt install rsyslog-elasticsearch (Debian, Ubuntu) or dnf install rsyslog-elasticsearch.',
    'Save it, and look that rsyslog.conf sets a workDirectory: the queue is kept there when memory is full.',
    'Check it with rsyslogd -N1, then systemctl restart rsyslog.',
  ],
  notes: [
    'The server away: messages wait in the queue, in memory and then on disk, and are sent again without end.',
    'The server full: it closes the connection, since rsyslog drops a batch at most answers that say so; the batch is sent again.',
    'The id of a message stays the same however often it is sent, so none is stored twice.',
    'retryfailures needs the retry ruleset: without it a message that comes back has lost its host and its time.',
    'No User-Agent is sent, by which the server knows rsyslog: do not put a proxy in between that adds one.',
  ],
}
