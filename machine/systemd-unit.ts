/** What a unit of Postern is made of. */
export interface ServiceWish {
  /** The command line that runs `postern`, of absolute paths. */
  readonly command: readonly string[]
  /** Whether it may listen on ports below 1024, as the one for returned mail is. */
  readonly lowPorts?: boolean
  /** Whether it hands email to a sendmail program, which takes on the rights of the mail system. */
  readonly sendmail?: boolean
}

/** The user of its own that the unit runs as, for systemd-sysusers (sysusers.d(5)). */
export const sysusers = 'u postern - "Postern, outbound email" /var/lib/postern\n'

/**
 * A unit of systemd that may do what Postern needs and nothing else (systemd.exec(5)). V8 compiles
 * while it runs, so memory may become executable; the rest of a hardened service is there.
 * `StateDirectory=` makes `/var/lib/postern`, which `postern start` then uses.
 */
export function systemdUnit(wish: ServiceWish): string {
  const parts = [unit, serviceOf(wish.command), rights(wish), install]
  return `${parts.join('\n')}\n`
}

const unit = `[Unit]
Description=Postern, the outbound email service
Wants=network-online.target
After=network-online.target
`

const install = `
[Install]
WantedBy=multi-user.target`

function serviceOf(command: readonly string[]): string {
  return `[Service]
ExecStart=${[...command, 'start'].map(quoted).join(' ')}
# Reads the certificates again.
ExecReload=/bin/kill -HUP $MAINPID
User=postern
StateDirectory=postern
StateDirectoryMode=0700
# A quarter less memory under load; /etc/postern.env may say otherwise.
Environment=NODE_OPTIONS=--max-semi-space-size=8
EnvironmentFile=-/etc/postern.env
Restart=always
RestartSec=2
# Above POSTERN_STOP_SECONDS: a stop finishes what is being sent.
TimeoutStopSec=90
LimitNOFILE=65536
UMask=0077
PrivateTmp=yes
ProtectHome=yes
ProtectControlGroups=yes
ProtectProc=invisible
RemoveIPC=yes`
}

function rights({ lowPorts = false, sendmail = false }: ServiceWish): string {
  const port = lowPorts ? 'CAP_NET_BIND_SERVICE' : ''
  if (sendmail)
    return `# sendmail takes on the rights of the mail system: what forbids that cannot be here.
AmbientCapabilities=${port}
ProtectSystem=full`
  return `AmbientCapabilities=${port}
CapabilityBoundingSet=${port}
${lowPorts ? '' : 'PrivateUsers=yes\n'}${hardened}`
}

/** Each of these forbids gaining rights, also where it does not say so. */
const hardened = `NoNewPrivileges=yes
ProtectSystem=strict
PrivateDevices=yes
DevicePolicy=closed
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged`

/** A word of a command line, by systemd.service(5), "Command lines". */
function quoted(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /[\s"'\\;]/.test(word) ? `"${escaped.replaceAll(/["\\]/g, '\\$&')}"` : escaped
}
