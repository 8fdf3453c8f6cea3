/** What inputs are made of: the signs that a grammar gives a meaning to, and what looks like them. */

const common = [
  'a',
  ' ',
  '\t',
  '\r\n',
  '\n',
  '\r',
  '\0',
  'é',
  '💌',
  '\ud800',
  '\u202e',
  '0',
  '"',
  '\\',
]

export const addressPieces = [
  ...common,
  ...['@', '.', ',', ';', ':', '<', '>', '(', ')', '[', ']', '):)', '<a@b.test>', 'a@b.test,'],
  ...['=?utf-8?q?a?=', '=?', '?=', '"a" ', 'xn--', '\u0301', 'Group:'],
]

export const headerPieces = [
  ...addressPieces,
  ...['=?utf-8?b?w6k=?=', '=?latin1?q?=E9?= ', '=?iso-2022-jp?b?GyRC?=', '=?x?q?', '_', '=', '?'],
  ...['; a=b', '; name*0=a', "; name*=utf-8''", '; charset=', '%', '*'],
]

export const mimePieces = [
  ...headerPieces,
  ...[
    'X-A: b\r\n',
    'To: a@b.test\r\n',
    'Subject: ',
    'From: a@b.test\r\n',
    ' \r\n',
    '\r\n ',
    'a:\n',
  ],
  ...['Content-Type: multipart/mixed; boundary=b\r\n\r\n', '--b\r\n', '--b--\r\n', '\n--b', '--b '],
  ...[
    'Content-Type: text/html\r\n\r\n',
    'Content-Type: message/rfc822\r\n\r\n',
    '=\r\n',
    '= ',
    '=3D',
  ],
  ...['Content-Transfer-Encoding: quoted-printable\r\n', 'Content-Transfer-Encoding: base64\r\n'],
  ...['Content-Type: text/plain; format=flowed\r\n', '> ', 'DKIM-Signature: h=a:b\r\n', 'Bcc: '],
]

export const htmlPieces = [
  ...common,
  ...[
    '<',
    '>',
    '<<table>',
    '<table>',
    '<tr>',
    '<td>',
    '</td>',
    '<p>',
    '</p>',
    '<div>',
    '<b>',
    '</b>',
  ],
  ...['<blockquote>', '<ul><li>', '<a href="http://a.test/">', '</a>', '<img src=cid:a>', '<br>'],
  ...[
    '&amp;',
    '&',
    '&#',
    '<!--',
    '-->',
    '<style>',
    '</style>',
    '<svg>',
    '<math>',
    '<![CDATA[',
    '<?',
  ],
  ...[' a=b', ' a', '<p ', 'style="', '<pre>', '<head>', '<body>', '<title>', '<form>', '<h1>'],
]

export const textPieces = [
  ...common,
  ...['code ', '123456', '1 ', '-', 'http://', 'https://a.test/', 'www.', '](', '[', ')', '*', '_'],
  ...[
    'code of ',
    'tan',
    'Ihr Code: ',
    '. ',
    '? ',
    '。',
    'ال',
    '验证码',
    '１２３４５６',
    '$',
    'a@',
    'A-',
  ],
]

export const jsonPieces = [
  ...common,
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"a":',
    '"a":1,',
    '{"a":',
    '1,',
    'null',
    'true',
    '"\\u0000"',
    '-',
  ],
  ...[
    '"to":',
    '"headers":{',
    '"attachments":[{',
    '"personalizations":[{',
    '"__proto__":',
    '1e9',
    '{},',
  ],
]

export const commandPieces = [
  ...addressPieces,
  ...[
    'EHLO a\r\n',
    'MAIL FROM:<a@b.test>\r\n',
    'RCPT TO:<b@c.test>\r\n',
    'DATA\r\n',
    '.\r\n',
    '..',
  ],
  ...[
    'RSET\r\n',
    'NOOP\r\n',
    'AUTH PLAIN ',
    'AUTH LOGIN\r\n',
    'MAIL FROM:<',
    ' SIZE=',
    ' BODY=',
    'X',
  ],
]

export const templatePieces = [
  ...htmlPieces,
  ...[
    '{{',
    '}}',
    '{{{',
    '}}}',
    '{{#if a}}',
    '{{/if}}',
    '{{else}}',
    '{{else if b}}',
    '{{^',
    '{{a}}',
  ],
  ...[
    '{{#each a}}',
    '{{/each}}',
    '{{!',
    '{{!--',
    '--}}',
    '{{~',
    '~}}',
    '\\{{',
    '(',
    '[',
    ']',
    '../',
  ],
  ...['{{equals a b}}', '{{> p}}', '{{t "k"}}', '{{formatDate 0 "', 'b=1 ', '.b', '@root', '|'],
]
