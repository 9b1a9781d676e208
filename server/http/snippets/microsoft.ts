import type { Shipper } from './shipper.ts'

export const azureEventHub: Shipper = {
  name: 'azure-event-hub',
  title: 'Microsoft Entra diagnostic settings over Event Hubs',
  language: 'yaml',
  path: '/etc/vector/vector.yaml',
  text: ({ url, key }) => `data_dir: /var/lib/vector

sources:
  event_hub:
    type: kafka
    bootstrap_servers: YOUR_NAMESPACE.servicebus.windows.net:9093
    group_id: vedette
    topics: ["^insights-logs-.+"]
    auto_offset_reset: earliest
    sasl:
      enabled: true
      mechanism: PLAIN
      username: $$ConnectionString
      password: YOUR_CONNECTION_STRING
    tls:
      enabled: true

sinks:
  vedette:
    type: http
    inputs: [event_hub]
    uri: ${url}/api/v1/events?source=event-hub
    method: post
    # The message as Azure wrote it: {"records":[...]}, one a line.
    encoding:
      codec: text
    framing:
      method: newline_delimited
    auth:
      strategy: bearer
      token: ${key}
    compression: gzip
    batch:
      max_bytes: 4000000
      timeout_secs: 5
    request:
      timeout_secs: 90
    buffer:
      type: disk
      max_size: 1073741824
      when_full: block
    acknowledgements:
      enabled: true
`,
  steps: () => [
    'In Azure make an Event Hubs namespace (Standard or higher: the Basic tier has no Kafka endpoint) and a shared access policy with Listen.',
    'In the Entra admin center: Monitoring, Diagnostic settings, add one with SignInLogs, NonInteractiveUserSignInLogs, ServicePrincipalSignInLogs, AuditLogs, RiskyUsers and UserRiskEvents, streaming to that namespace.',
    'Put the namespace and the policy’s connection string into the file, and start Vector.',
    'The audit log of Exchange and SharePoint is not among them: see microsoft-graph.',
  ],
  notes: [
    'The server away or full: Vector keeps what it read in its disk buffer, and Event Hubs keep the rest for as long as their retention says (a day by default).',
    'Records are known by their own id: what is delivered twice is stored once.',
    'Sign-in logs come 2 to 15 minutes after the sign-in; alerts are the same however late.',
  ],
}

export const microsoftGraph: Shipper = {
  name: 'microsoft-graph',
  title: 'Microsoft 365 sign-ins and audit log with curl',
  language: 'sh',
  path: '/usr/local/bin/vedette-m365',
  text: ({ url, key }) => `#!/bin/sh
# Fetches sign-ins (Microsoft Graph) and the audit log (Office 365 Management Activity API) and sends them on.
# Needs curl and jq. Run it every five minutes; one run at a time.
set -eu

TENANT=YOUR_TENANT_ID
CLIENT=YOUR_CLIENT_ID
SECRET=YOUR_CLIENT_SECRET
VEDETTE=${url}
KEY=${key}
STATE=\${STATE:-/var/lib/vedette-m365}
LOGIN=\${LOGIN:-https://login.microsoftonline.com}
GRAPH=\${GRAPH:-https://graph.microsoft.com}
MANAGE=\${MANAGE:-https://manage.office.com}

get() {
  curl --silent --show-error --fail --retry "\${RETRIES:-5}" --retry-all-errors --max-time 120 "$@"
}

token() {
  get -d grant_type=client_credentials -d "client_id=$CLIENT" --data-urlencode "client_secret=$SECRET" \\
    --data-urlencode "scope=$1/.default" "$LOGIN/$TENANT/oauth2/v2.0/token" | jq -er .access_token
}

send() {
  get -o /dev/null -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
    --data-binary "@$2" "$VEDETTE/api/v1/events?dataset=$1&source=microsoft-365"
}

mkdir -p "$STATE"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
now=$(date -u +%s)
last=$(cat "$STATE/last" 2>/dev/null || echo $((now - 86400)))
# Content of more than a day cannot be asked for at once, and none is kept for longer than a week.
[ $((now - last)) -le 518400 ] || last=$((now - 518400))
at() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }

# Two hours of sign-ins again each time, since they come late: what is sent twice is stored once.
auth="Authorization: Bearer $(token "$GRAPH")"
next="$GRAPH/v1.0/auditLogs/signIns?\\$top=500&\\$filter=createdDateTime%20ge%20$(at $((last - 7200)))"
while [ -n "$next" ]; do
  get -o "$work/page.json" -H "$auth" "$next"
  if jq -e '.value | length > 0' "$work/page.json" >/dev/null; then send azure.signinlogs "$work/page.json"; fi
  next=$(jq -r '."@odata.nextLink" // ""' "$work/page.json")
done

auth="Authorization: Bearer $(token "$MANAGE")"
feed="$MANAGE/api/v1.0/$TENANT/activity/feed/subscriptions"
for type in Audit.Exchange Audit.AzureActiveDirectory Audit.General; do
  # Refused when it was started before.
  curl --silent -o /dev/null -X POST -H "$auth" -H "Content-Length: 0" "$feed/start?contentType=$type"
  from=$((last - 600))
  while [ "$from" -lt "$now" ]; do
    to=$((from + 86400))
    [ "$to" -le "$now" ] || to=$now
    next="$feed/content?contentType=$type&startTime=$(at "$from")&endTime=$(at "$to")"
    while [ -n "$next" ]; do
      get -D "$work/headers" -o "$work/content.json" -H "$auth" "$next"
      jq -r '.[].contentUri' "$work/content.json" >"$work/uris"
      while read -r uri; do
        get -o "$work/blob.json" -H "$auth" "$uri"
        send o365.audit "$work/blob.json"
      done <"$work/uris"
      next=$(tr -d '\\r' <"$work/headers" | sed -n 's/^nextpageuri: *//Ip')
    done
    from=$to
  done
done

echo "$now" >"$STATE/last"
`,
  steps: () => [
    'In the Entra admin center register an application with the application permissions AuditLog.Read.All (Microsoft Graph) and ActivityFeed.Read (Office 365 Management APIs), grant admin consent, and make a client secret.',
    'Reading sign-ins through Graph needs Entra ID P1; auditing must be on in the Purview portal.',
    'Put tenant, client, secret and key into the file, chmod 700 it, and run it once by hand: it prints nothing when all went well.',
    'Run it by cron: */5 * * * * flock -n /run/lock/vedette-m365 /usr/local/bin/vedette-m365',
  ],
  notes: [
    'The server away or full: the run ends with an error, and the next one starts from the last that went through, up to six days back (Microsoft keeps content for seven).',
    'It overlaps on purpose: records are known by their own id, and what is sent twice is stored once.',
    'The first run of a subscription finds nothing: Microsoft needs up to twelve hours to fill it.',
  ],
}

export const powershell: Shipper = {
  name: 'powershell',
  title: 'Microsoft 365 audit log with PowerShell',
  language: 'powershell',
  path: 'Send-AuditLog.ps1',
  text: ({
    url,
    key,
  }) => `# Sends the unified audit log of the last days. Works with Windows PowerShell 5.1 and PowerShell 7.
param([int]$Days = 7)
$ErrorActionPreference = 'Stop'
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 3072

$Address = '${url}/api/v1/events?dataset=o365.audit&source=powershell'
$Headers = @{ Authorization = 'Bearer ${key}' }

function Send-Rows($Rows) {
  # As bytes: as text, Windows PowerShell would not send UTF-8.
  $Body = [Text.Encoding]::UTF8.GetBytes((($Rows | ForEach-Object { $_.AuditData }) -join "\`n"))
  for ($Wait = 1; ; $Wait = [Math]::Min(2 * $Wait, 60)) {
    try {
      return Invoke-RestMethod -Method Post -Uri $Address -Headers $Headers -Body $Body -ContentType 'application/x-ndjson' -TimeoutSec 120
    } catch {
      $Status = 0
      if ($_.Exception.Response) { $Status = [int]$_.Exception.Response.StatusCode }
      if ($Status -ge 400 -and $Status -lt 500 -and $Status -ne 429) { throw }
      Start-Sleep -Seconds $Wait
    }
  }
}

Connect-ExchangeOnline -ShowBanner:$false
$End = (Get-Date).ToUniversalTime()
# Hour by hour: one search gives 50,000 rows at most.
for ($From = $End.AddDays(-$Days); $From -lt $End; $From = $From.AddHours(1)) {
  $Session = [guid]::NewGuid().ToString()
  do {
    $Rows = @(Search-UnifiedAuditLog -StartDate $From -EndDate $From.AddHours(1) -SessionId $Session -SessionCommand ReturnLargeSet -ResultSize 5000)
    if ($Rows.Count -gt 0) {
      $Answer = Send-Rows $Rows
      '{0:u}  {1} accepted, {2} known, {3} rejected' -f $From, $Answer.accepted, $Answer.duplicates, $Answer.rejected
    }
  } while ($Rows.Count -gt 0)
}
Disconnect-ExchangeOnline -Confirm:$false
`,
  steps: () => [
    'Install-Module ExchangeOnlineManagement, and use an account with the role View-Only Audit Logs.',
    'Run .\\Send-AuditLog.ps1 -Days 7. It can be run again: what was sent before is known.',
    'For a CSV export of the audit log: Import-Csv FILE | ForEach-Object { $_.AuditData } > FILE.ndjson, then send it with curl.',
  ],
  notes: [
    'The server away or full: the script waits and sends the same rows again without end.',
    'This is for looking back, or for a tenant without an application registration; for a steady flow use microsoft-graph or azure-event-hub.',
    'The search has no order and may give a row twice: records are known by their own id.',
  ],
}
