import type { CatalogueStep } from './catalogue-step.ts'

/**
 * What to do on a Linux host that somebody has come into, in a root shell there. The commands are those of systemd,
 * shadow-utils and nftables, which today's distributions have.
 */
export const LINUX_STEPS: Readonly<Record<string, CatalogueStep>> = {
  'block-address-on-host': {
    title: 'Block the address on the host',
    what: 'Drops everything from this address, open connections too, until the next start of the host. On a firewall in front of all hosts it is better still.',
    undo: 'nft delete table inet vedette',
    shell: [
      'nft add table inet vedette',
      "nft 'add chain inet vedette input { type filter hook input priority -10; }'",
      'nft add rule inet vedette input {nft:address} drop',
    ].join('\n'),
  },
  'end-local-sessions': {
    title: 'End the sessions of the account on the host',
    what: 'Shows who is in, then ends every session and process of this account. Note the processes first: they are evidence.',
    undo: 'Nothing to take back: the person signs in again.',
    shell: ['who', 'ps -u {sh:account} -o pid,lstart,args', 'loginctl terminate-user {sh:account}'].join(
      '\n',
    ),
  },
  'lock-local-account': {
    title: 'Lock the account on the host',
    what: 'No password and no key is taken any more: the password is locked, and the account has expired. A locked password alone would still let keys in.',
    undo: 'usermod --unlock --expiredate "" with the name of the account, once the password is new and foreign keys are gone.',
    shell: 'usermod --lock --expiredate 1 -- {sh:account}',
  },
  'review-authorized-keys': {
    title: 'Look for keys and jobs that were left behind',
    what: "A key in authorized_keys, a job in cron or a timer is the attacker's way back in when the password changes. Compare what changed lately with what you know.",
    undo: null,
    shell: [
      'find /root /home -name authorized_keys -newermt {sh:from} -ls',
      'find /etc/cron* /var/spool/cron /etc/systemd/system /etc/sudoers.d /etc/ld.so.preload -newermt {sh:from} -ls 2>/dev/null',
      'crontab -l -u {sh:account}',
    ].join('\n'),
  },
  'review-host-logins': {
    title: 'Read what the account did on the host',
    what: 'Logins, sudo and new accounts since shortly before the first sign. Save it elsewhere: whoever is root can change it.',
    undo: null,
    shell: [
      'last -F -n 50 {sh:account}',
      // Older journalctl does not read ISO 8601; date does.
      `journalctl --since "$(date -d {sh:from} '+%F %T')" --no-pager SYSLOG_FACILITY=10 + SYSLOG_FACILITY=4`,
    ].join('\n'),
  },
  'refuse-ssh-passwords': {
    title: 'Take no passwords over SSH',
    what: 'A key cannot be guessed. Make sure first that everybody who needs to come in has a key in place, and keep a session open while you try.',
    undo: 'Remove /etc/ssh/sshd_config.d/10-keys-only.conf and reload the service.',
    shell: [
      "printf 'PasswordAuthentication no\\nKbdInteractiveAuthentication no\\n' > /etc/ssh/sshd_config.d/10-keys-only.conf",
      'sshd -t && (systemctl reload ssh || systemctl reload sshd)',
    ].join('\n'),
  },
}
