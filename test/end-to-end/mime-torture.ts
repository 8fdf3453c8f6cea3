const head = 'From: a@example.com\r\nTo: b@example.com\r\nSubject: torture\r\nMIME-Version: 1.0\r\n'

function multipart(type: string, ...parts: string[]): string {
  return `Content-Type: multipart/${type}; boundary=B\r\n\r\n${parts.map((part) => `--B\r\n${part}\r\n`).join('')}--B--\r\n`
}

function nested(depth: number): string {
  return Array.from(
    { length: depth },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  ).join('')
}

const html = 'Content-Type: text/html; charset=utf-8\r\n\r\n'

/** Emails that break what reads them, each in another way. */
export const mimeTorture: readonly Buffer[] = [
  multipart('mixed', '', '', ''),
  multipart('mixed'),
  multipart('alternative', '\r\ntext', `${html}<p>html`, multipart('mixed', '\r\ninner')),
  multipart('mixed', `Content-Type: message/rfc822\r\n\r\n${head}\r\ninner \x1b[31m`),
  multipart('mixed', `Content-Type: message/rfc822\r\n\r\n${multipart('mixed', '\r\na')}`),
  'Content-Type: multipart/mixed\r\n\r\nno boundary',
  'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nempty\r\n----',
  'Content-Type: multipart/mixed; boundary="a\\"b"\r\n\r\n--a"b\r\n\r\nquoted\r\n--a"b--',
  'Content-Type: multipart/mixed; boundary=B; boundary=C\r\n\r\n--C\r\n\r\nsecond\r\n--C--',
  'Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nnever closed',
  nested(15),
  nested(60),
  multipart('mixed', ...Array<string>(1_500).fill('\r\na')),
  `${'X-A: b\r\n'.repeat(1_500)}\r\nmany fields`,
  'Content-Transfer-Encoding: base64\r\n\r\n!!!!\x1b[2J====',
  'Content-Transfer-Encoding: quoted-printable\r\n\r\n=1B=5B31m =ZZ = =\r\n=',
  'Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 a\r\n#0V%T\r\n`\r\nend',
  'Content-Type: text/plain; charset=utf-7\r\n\r\n+AGEAGwBb-31m',
  'Content-Type: text/plain; charset=utf-16\r\n\r\n\xff\xfea\0\x1b\0',
  'Content-Type: text/plain; charset=no-such\r\n\r\n\x80\x9b2J',
  'Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B$3$\x1b(B',
  'Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n> > a \r\n>> b \r\n-- \r\nc ',
  `${html}<script>alert(1)</script><img src=x onerror=alert(1)>\x1b]0;title\x07`,
  `${html}${'<div>'.repeat(5_000)}deep`,
  `${html}${'<table><tr><td>'.repeat(3_000)}`,
  `Content-Disposition: attachment; filename="../../\x1b[31m.exe"\r\n\r\na`,
  `Content-Disposition: attachment; filename*=utf-8''%1B%5B2J%00%0D%0A.txt\r\n\r\na`,
  "Content-Disposition: attachment; filename*0*=utf-8''%E2; filename*1*=%82%AC\r\n\r\na",
  'Content-Type: image/svg+xml\r\n\r\n<svg onload="alert(1)"/>',
  `Subject2: ${'=?utf-8?q?=1B=5B31m?= '.repeat(2_000)}\r\n\r\nwords`,
  '\r\n.\r\n..\r\nMAIL FROM:<evil@example.com>\r\n',
  '\0\0\0',
].map((rest) => Buffer.from(head + rest, 'latin1'))
