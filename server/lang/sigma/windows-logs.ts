/** Which Windows event log and event ids a Sigma log source means (Microsoft's Sysmon and event-log documentation). */
export type WindowsSource = {
  channels: readonly string[]
  eventIds?: readonly number[]
  more?: Record<string, string>
}

const SYSMON = 'Microsoft-Windows-Sysmon/Operational'
const POWERSHELL = ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational']
const DEFENDER = 'Microsoft-Windows-Windows Defender/Operational'

const sysmon = (...eventIds: number[]): WindowsSource[] => [{ channels: [SYSMON], eventIds }]
const channel = (...channels: string[]): WindowsSource[] => [{ channels }]
const operational = (name: string) => channel(`Microsoft-Windows-${name}/Operational`)

export const WINDOWS_CATEGORIES: Readonly<Record<string, readonly WindowsSource[]>> = {
  process_creation: [...sysmon(1), { channels: ['Security'], eventIds: [4688] }],
  file_change: sysmon(2),
  network_connection: sysmon(3),
  sysmon_status: sysmon(4, 16),
  process_termination: sysmon(5),
  driver_load: sysmon(6),
  image_load: sysmon(7),
  create_remote_thread: sysmon(8),
  raw_access_thread: sysmon(9),
  process_access: sysmon(10),
  file_event: sysmon(11),
  file_access: [{ channels: ['Microsoft-Windows-Kernel-File/Analytic'] }],
  file_rename: [{ channels: ['Microsoft-Windows-Kernel-File/Analytic'] }],
  registry_event: sysmon(12, 13, 14),
  registry_add: [{ channels: [SYSMON], eventIds: [12], more: { EventType: 'CreateKey' } }],
  registry_delete: ['DeleteKey', 'DeleteValue'].map((EventType) => ({
    channels: [SYSMON],
    eventIds: [12],
    more: { EventType },
  })),
  registry_set: sysmon(13),
  registry_rename: sysmon(14),
  create_stream_hash: sysmon(15),
  pipe_created: sysmon(17, 18),
  wmi_event: sysmon(19, 20, 21),
  dns_query: sysmon(22),
  file_delete: sysmon(23),
  clipboard_capture: sysmon(24),
  clipboard_change: sysmon(24),
  process_tampering: sysmon(25),
  file_delete_detected: sysmon(26),
  file_block_executable: sysmon(27),
  file_block_shredding: sysmon(28),
  file_executable_detected: sysmon(29),
  sysmon_error: sysmon(255),
  ps_module: [{ channels: POWERSHELL, eventIds: [4103] }],
  ps_script: [{ channels: POWERSHELL, eventIds: [4104] }],
  ps_classic_start: [{ channels: ['Windows PowerShell'], eventIds: [400] }],
  ps_classic_provider_start: [{ channels: ['Windows PowerShell'], eventIds: [600] }],
  ps_classic_script: [{ channels: ['Windows PowerShell'], eventIds: [800] }],
  antivirus: [
    {
      channels: [DEFENDER],
      eventIds: [1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116],
    },
  ],
}

export const WINDOWS_SERVICES: Readonly<Record<string, readonly WindowsSource[]>> = {
  application: channel('Application'),
  security: channel('Security'),
  system: channel('System'),
  sysmon: channel(SYSMON),
  powershell: channel(...POWERSHELL),
  'powershell-classic': channel('Windows PowerShell'),
  windefend: channel(DEFENDER),
  ntlm: operational('NTLM'),
  taskscheduler: operational('TaskScheduler'),
  wmi: operational('WMI-Activity'),
  dhcp: operational('DHCP-Server'),
  dhcpserver: operational('DHCP-Server'),
  'printservice-admin': channel('Microsoft-Windows-PrintService/Admin'),
  'printservice-operational': operational('PrintService'),
  'smbclient-security': channel('Microsoft-Windows-SmbClient/Security'),
  'smbclient-connectivity': channel('Microsoft-Windows-SmbClient/Connectivity'),
  'smbserver-connectivity': channel('Microsoft-Windows-SMBServer/Connectivity'),
  'terminalservices-localsessionmanager': operational('TerminalServices-LocalSessionManager'),
  'codeintegrity-operational': operational('CodeIntegrity'),
  applocker: channel(
    'Microsoft-Windows-AppLocker/EXE and DLL',
    'Microsoft-Windows-AppLocker/MSI and Script',
    'Microsoft-Windows-AppLocker/Packaged app-Deployment',
    'Microsoft-Windows-AppLocker/Packaged app-Execution',
  ),
  'msexchange-management': channel('MSExchange Management'),
  'firewall-as': channel('Microsoft-Windows-Windows Firewall With Advanced Security/Firewall'),
  'bits-client': operational('Bits-Client'),
  'security-mitigations': channel(
    'Microsoft-Windows-Security-Mitigations/Kernel Mode',
    'Microsoft-Windows-Security-Mitigations/User Mode',
  ),
  'diagnosis-scripted': operational('Diagnosis-Scripted'),
  'shell-core': operational('Shell-Core'),
  openssh: channel('OpenSSH/Operational'),
  ldap: channel('Microsoft-Windows-LDAP-Client/Debug'),
  bitlocker: channel('Microsoft-Windows-BitLocker/BitLocker Management'),
  vhdmp: operational('VHDMP'),
  ntfs: operational('Ntfs'),
  'kernel-shimengine': channel(
    'Microsoft-Windows-Kernel-ShimEngine/Operational',
    'Microsoft-Windows-Kernel-ShimEngine/Diagnostic',
  ),
  'application-experience': channel(
    'Microsoft-Windows-Application-Experience/Program-Telemetry',
    'Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant',
  ),
  'servicebus-client': channel(
    'Microsoft-ServiceBus-Client/Admin',
    'Microsoft-ServiceBus-Client/Operational',
  ),
  'vhdmp-operational': operational('VHDMP'),
  'appxdeployment-server': operational('AppXDeploymentServer'),
  'appxpackaging-om': channel('Microsoft-Windows-AppxPackaging/Operational'),
  'appmodel-runtime': channel('Microsoft-Windows-AppModel-Runtime/Admin'),
  'lsa-server': operational('LSA'),
  'dns-client': operational('DNS Client Events'),
  'dns-server': channel('DNS Server'),
  'dns-server-audit': channel('Microsoft-Windows-DNS-Server/Audit'),
  'dns-server-analytic': channel('Microsoft-Windows-DNS-Server/Analytical'),
  'driver-framework': operational('DriverFrameworks-UserMode'),
  'certificateservicesclient-lifecycle-system': operational('CertificateServicesClient-Lifecycle-System'),
  capi2: operational('CAPI2'),
  'microsoft-servicebus-client': channel(
    'Microsoft-ServiceBus-Client/Admin',
    'Microsoft-ServiceBus-Client/Operational',
  ),
  iis: channel('Microsoft-IIS-Configuration/Operational'),
  'iis-configuration': channel('Microsoft-IIS-Configuration/Operational'),
  sense: operational('SENSE'),
  'kernel-event-tracing': channel(
    'Microsoft-Windows-Kernel-EventTracing',
    'Microsoft-Windows-Kernel-EventTracing/Admin',
  ),
  'hyper-v-worker': channel(
    'Microsoft-Windows-Hyper-V-Worker',
    'Microsoft-Windows-Hyper-V-Worker-Admin',
    'Microsoft-Windows-Hyper-V-Worker-Operational',
  ),
  'wmi-activity': operational('WMI-Activity'),
}
