import * as findings from './finding.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'

/** Host names from examples: the setting was never filled in. */
const placeholders = /(^|\.)example\.(com|org|net)$|^my\.smtp\.server$|^smtp\.host$|^changeme/i

const loopback = /^(localhost|127\.|::1$|\[::1\]$)/

/** The secret without which there is no token. */
const grantSecret = {
  refreshToken: 'smtp.oauth2.refreshToken',
  clientCredentials: 'smtp.oauth2.clientSecret',
  serviceAccount: 'smtp.oauth2.privateKey',
} as const

/** What is wrong with the SMTP settings, before any server is asked. */
export function examineSmtp({ settings, host: { kind } }: Facts): Finding[] {
  const { smtp, secrets } = settings
  const { host, port, security, username, auth, oauth2, verifyCertificate, ca, heloName } = smtp
  const found: (Finding | false)[] = [
    host === '' &&
      smtp.preset === null &&
      wrong('host-missing', 'smtp.host is empty', 'set smtp.host, or smtp.preset'),
    placeholders.test(host) &&
      wrong('host-placeholder', `smtp.host is the placeholder ${host}`, 'set the real server'),
    port === 465 &&
      security !== 'tls' &&
      wrong(
        'port-and-security',
        'port 465 speaks TLS from the first byte',
        'set smtp.security=tls',
      ),
    (port === 587 || port === 25) &&
      security === 'tls' &&
      wrong(
        'port-and-security',
        `port ${port} begins in the clear and upgrades by STARTTLS`,
        'set smtp.security=starttls, or smtp.port=465',
      ),
    port === 25 &&
      kind === 'function' &&
      wrong('port-25-blocked', 'cloud functions cannot reach port 25', 'set smtp.port=587'),
    port === 25 &&
      username !== null &&
      risk(
        'port-25-login',
        'port 25 is for mail servers and often refuses logins',
        'set smtp.port=587',
      ),
    security === 'none' &&
      username !== null &&
      !loopback.test(host) &&
      wrong(
        'password-in-clear',
        'the password crosses the network unencrypted',
        'set smtp.security=starttls',
      ),
    security === 'none' &&
      username === null &&
      !loopback.test(host) &&
      risk('mail-in-clear', 'email crosses the network unencrypted', 'set smtp.security=starttls'),
    security === 'opportunistic' &&
      !loopback.test(host) &&
      risk(
        'encryption-optional',
        'an attacker on the network can switch the encryption off',
        'set smtp.security=starttls',
      ),
    !verifyCertificate &&
      security !== 'none' &&
      wrong(
        'certificate-unverified',
        'any server can pretend to be this one',
        'set smtp.verifyCertificate=true, with smtp.ca for a private CA',
      ),
    ca !== null &&
      !ca.includes('-----BEGIN CERTIFICATE-----') &&
      wrong('ca-not-pem', 'smtp.ca holds no PEM certificate', 'paste the CA certificate as PEM'),
    username !== null &&
      auth === 'password' &&
      secrets['smtp.password'] === undefined &&
      wrong(
        'password-missing',
        'smtp.username is set but there is no password',
        'run: postern settings set smtp.password',
      ),
    auth === 'oauth2' &&
      username === null &&
      wrong(
        'mailbox-missing',
        'smtp.auth is oauth2 but no mailbox is named',
        'set smtp.username to the address of the mailbox',
      ),
    auth === 'oauth2' &&
      secrets[grantSecret[oauth2.grant]] === undefined &&
      wrong(
        'token-secret-missing',
        `smtp.auth is oauth2 but there is no secret ${grantSecret[oauth2.grant]}`,
        `run: postern settings set ${grantSecret[oauth2.grant]}`,
      ),
    username === null &&
      secrets['smtp.password'] !== undefined &&
      risk('password-unused', 'there is a password but no user name', 'set smtp.username'),
    heloName !== null &&
      !heloName.includes('.') &&
      risk(
        'helo-name',
        `many servers refuse EHLO ${heloName}`,
        'set smtp.heloName to a full host name',
      ),
  ]
  return found.filter((finding) => finding !== false)
}

function wrong(code: string, problem: string, cure: string): Finding {
  return findings.wrong(`smtp.${code}`, problem, cure)
}

function risk(code: string, problem: string, cure: string): Finding {
  return findings.risk(`smtp.${code}`, problem, cure)
}
