import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codesIn } from '../../../api/captured/codes.ts'
import { announcing, numbered } from './code-examples.ts'
import { cpuClock } from '../../cpu-clock.ts'

/** The codes of an email with this text and no subject. */
const codesOf = (text: string) => codesIn('', [text])

describe('one-time codes', () => {
  it.each([
    ['Your code is 123456.', ['123456']],
    ['Your verification code: 1234', ['1234']],
    ['Your code:481516', ['481516']],
    ['code=481516', ['481516']],
    ['Code-481516', ['481516']],
    ['OTP481516', ['481516']],
    ['123 456 is your Acme login code', ['123456']],
    ['Use 123-456 to confirm your address', ['123456']],
    ['Use 481516 to log in to Acme', ['481516']],
    ['Enter 481516 as your verification code', ['481516']],
    ['G-482913 is your Google verification code.', ['482913']],
    ['Enter this code:\n\n  8042  \n\nIt ends in 10 minutes.', ['8042']],
    ['Here is your verification code. 481516. It is valid for 600 seconds.', ['481516']],
    ['Hi!\n\n99887766\n\nAcme', ['99887766']],
    ['**48213**', ['48213']],
    ['Your PIN is 2024', ['2024']],
    ['code 1111 replaces the code 2222', ['1111', '2222']],
    ['Your code for order 998877 is 481516.', ['481516']],
    ['Your code 481516 for order 998877', ['481516']],
    ['Your code for your order is 481516', ['481516']],
    ['Your order number is 123456, your pickup code 4711', ['4711']],
    ['Your code, valid for 10 minutes: 481516', ['481516']],
    ['Security code\n4 8 1 5 1 6', ['481516']],
    ['Your code: 48 15 16', ['481516']],
    ['Your code is 4815-1623', ['48151623']],
    ['Your code is A1B2C3', ['A1B2C3']],
    ['Your code: X7K-9QP', ['X7K-9QP']],
    ['Steam Guard code\n\n7GK2V\n', ['7GK2V']],
    ['Your login code is a1b2c3.', ['a1b2c3']],
    ['Your verification code: KXQZPL', ['KXQZPL']],
    [
      'Backup codes:\n\n1234-5678\n2345-6789\n3456-7890\n4567-8901\n5678-9012',
      ['12345678', '23456789', '34567890', '45678901', '56789012'],
    ],
    ['Your code is ４８１５１６', ['481516']],
    ['Your\u00a0code\u00a0is\u00a0481\u200b516', ['481516']],
    ['> Your code is *481516*', ['481516']],
    ['Code   | 481516 |', ['481516']],
  ])('are found in %j', (text, codes) => {
    expect(codesOf(text)).toEqual(codes)
  })

  it.each([
    ['zh', '【Acme】您的验证码是481516，5分钟内有效。'],
    ['zh', '验证码：481516（请勿泄露）'],
    ['zh', '481516是您的验证码'],
    ['zh-TW', '您的驗證碼為 481516，請於10分鐘內輸入'],
    ['zh', '动态密码 481516'],
    ['ja', '認証コード：481516'],
    ['ja', '確認コードは「481516」です。'],
    ['ja', '481516は認証コードです'],
    ['ja', 'ワンタイムパスワード\n\n481516\n\n有効期限は10分です。'],
    ['ko', '[Acme] 인증번호 481516을 입력하세요'],
    ['ko', '인증번호는 [481516] 입니다.'],
    ['ko', '인증 코드: 481516'],
    ['ru', 'Ваш код: 481516'],
    ['ru', 'Код подтверждения — 481516. Никому его не сообщайте.'],
    ['ru', 'Никому не сообщайте код 481516'],
    ['ru', '481516 — ваш код для входа'],
    ['uk', 'Ваш код підтвердження: 481516'],
    ['pl', 'Twój kod to 481516'],
    ['pl', 'Kod weryfikacyjny: 481516'],
    ['cs', 'Váš ověřovací kód je 481516'],
    ['de', 'Ihr Sicherheitscode lautet 481516'],
    ['de', 'Ihre TAN: 481516'],
    ['de', 'mTAN 481516 für die Überweisung'],
    ['de', 'Dein Bestätigungscode lautet 555123'],
    ['de', 'Geben Sie 481516 ein, um sich anzumelden. Ihr Einmalpasswort:\n481516'],
    ['de', 'Bitte 481516 als Code eingeben'],
    ['fr', 'Votre code de vérification est le 481516'],
    ['fr', 'Code de sécurité : 481516'],
    ['fr', 'Saisissez 481516 pour confirmer votre adresse'],
    ['es', 'Tu código es 481516'],
    ['es', 'Código de verificación: 481516'],
    ['es', 'Su clave temporal es 481516'],
    ['it', 'Il tuo codice è 481516'],
    ['it', 'Codice di verifica: 481516'],
    ['pt', 'Seu código é 481516'],
    ['pt', 'O seu código de acesso: 481516'],
    ['nl', 'Je inlogcode is 481516'],
    ['nl', 'Uw beveiligingscode: 481516'],
    ['ar', 'رمز التحقق الخاص بك هو 481516'],
    ['ar', 'رمز التحقق: ٤٨١٥١٦'],
    ['ar', '481516 هو رمز التحقق'],
    ['fa', 'کد تایید: ۴۸۱۵۱۶'],
    ['he', 'קוד האימות שלך הוא 481516'],
    ['hi', 'आपका कोड 481516 है'],
    ['th', 'รหัส OTP ของคุณคือ 481516'],
    ['vi', 'Mã xác nhận của bạn là 481516'],
    ['id', 'Kode verifikasi Anda adalah 481516'],
    ['tr', 'Doğrulama kodunuz: 481516'],
    ['el', 'Ο κωδικός σας είναι: 481516'],
    ['sv', 'Din verifieringskod är 481516'],
    ['da', 'Din bekræftelseskode er 481516'],
    ['nb', 'Engangskoden din er 481516'],
    ['fi', 'Vahvistuskoodi: 481516'],
    ['hu', 'Az Ön kódja: 481516'],
    ['ro', 'Codul tău este 481516'],
    ['bg', 'Вашият код е 481516'],
    ['ca', 'El teu codi és: 481516'],
  ])('are found in %s: %j', (_, text) => {
    expect(codesOf(text)).toEqual(
      ['481516'].map((code) => (text.includes('555123') ? '555123' : code)),
    )
  })

  it.each([
    'Order 123456 has been shipped',
    'Your code is valid until 2026-01-31 12:30',
    'Your code is valid until 31 December 2026',
    'Your code expires in 1800 seconds',
    'You paid $1234 for it; no code is needed',
    'Call +1 555 123 4567 with your code',
    'Call 5551234 to confirm your booking',
    'Questions about your code? Call (555) 123-4567',
    'Lost your code? Tel. 5551234',
    'Your code: https://acme.test/verify/123456',
    'Your code: https://acme.test/verify?token=123456',
    'Your code: acme.test/verify/123456 or www.acme.test/123456',
    'The code is 123 or 123456789',
    'Copyright 2026',
    '2026',
    '© 2026 Acme Inc. Your code of conduct',
    'verify user1234@example.com or abc123456',
    'The code costs 1234.50 or 1,234.50 €',
    'The code costs 1234 EUR, 1500 kr or 99000 руб',
    'Order number:\n\n12345678\n',
    'Bestellnummer: 12345678',
    'Bestell-Nr. 12345678, Kundennummer 87654321',
    'Rechnung 20260131 vom 31.01.2026',
    'Numéro de commande : 12345678',
    'Номер заказа: 12345678',
    '订单号：12345678',
    'ご注文番号：12345678',
    '주문번호: 12345678',
    'رقم الطلب: 12345678',
    'Invoice 4711001, customer number 123456',
    'Postal code: 94107',
    'Zip code 94107',
    'Promo code SAVE20',
    'Use code SUMMER25 at checkout',
    'Ihr Gutscheincode: 481516',
    'Error code 481516',
    'HTTP status code 4040',
    'color: #336699; background: #112233',
    'Colour code #336699',
    'Card ending in 4242',
    'Your card **** **** **** 4242 was used with the code',
    'IBAN DE89 3704 0044 0532 0130 00',
    'Server 192.168.10.25 port 8080 sent the code',
    'Version 1.2345.678 of the code',
    'Over 10000 people confirm it',
    'In 2025 we changed the code',
    'The id 550e8400-e29b-41d4-a716-446655440000 is a code',
    'YOUR CODE: EXPIRED',
    'PLEASE ENTER YOUR CODE BELOW',
    'Your code has 5000 characters',
    '1234 Main Street, Springfield',
    'Acme Inc, 548 Market St, San Francisco, CA 94104',
    'Total 20260\nQty 10000',
    'Meeting at 1430, bring the code',
    'source code 12345',
    'barcode 12345678',
  ])('are not found in %j', (text) => {
    expect(codesOf(text)).toEqual([])
  })

  it('that are announced leave out what only might be one', () => {
    expect(codesOf('Your code\n\n123456\n\nAcme\n94107\n\n© code of conduct 2026')).toEqual([
      '123456',
    ])
  })

  it('are announced by the subject as well, and looked for in each text', () => {
    expect(codesIn('Your login code', ['8042', ''])).toEqual(['8042'])
    expect(codesIn('481516 is your code', ['Hello', 'Hello'])).toEqual(['481516'])
    expect(codesIn('Hello', ['Use HTML.', 'Your code is 481516'])).toEqual(['481516'])
    expect(codesIn('Hello', ['Your code is 481516', 'Your code is 481516'])).toEqual(['481516'])
  })
})

describe('sentences of real emails', () => {
  const linesOf = (text: string) => text.trim().split('\n')

  it.each(linesOf(announcing))('have their code and no other: %s', (text) => {
    expect(codesOf(text)).toEqual([/481.?516/.test(text) ? '481516' : '4815'])
  })

  it.each(linesOf(numbered))('have none, and none more next to one: %s', (text) => {
    expect(codesOf(text)).toEqual([])
    expect(codesOf(`Hello,\nYour code is 777888.\n${text}`)).toEqual(['777888'])
  })
})

describe('a code of any digits', () => {
  const digits = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })
  const code = fc.integer({ min: 4, max: 8 }).chain(digits)
  const sentences = fc.constantFrom<[string, string]>(
    ['Your code is ', '.'],
    ['Code:', ''],
    ['', ' is your code'],
    ['验证码', '，5分钟内有效'],
    ['認証コード：', ''],
    ['인증번호 [', ']'],
    ['Ваш код: ', '. Никому'],
    ['Ihr Code lautet ', ''],
    ['Votre code est ', ' !'],
    ['رمز التحقق: ', ''],
    ['Enter the code\n\n', '\n\nbelow'],
    ['Your code: "', '"'],
  )

  it('is found where it is announced', () => {
    fc.assert(
      fc.property(code, sentences, (code, [before, after]) => {
        expect(codesOf(`${before}${code}${after}`)).toEqual([code])
      }),
    )
  })

  it('is none where it is called something else, has a unit or leads elsewhere', () => {
    const others = fc.constantFrom<[string, string]>(
      ['Order #', ' is here, no code needed'],
      ['Invoice ', ''],
      ['Your code costs $', ''],
      ['Your code costs ', ' EUR'],
      ['Code? Phone: +', ''],
      ['Code at https://a.test/', ''],
      ['Code at https://a.test/?a=', '&b=1'],
      ['code ', '.50'],
      ['code 12.', ''],
      ['code a', 'b@c.de'],
      ['Kundennummer: ', ''],
      ['订单：', ''],
      ['Codes for ', ' users'],
      ['color:#', ''],
    )
    fc.assert(
      fc.property(code, others, (code, [before, after]) => {
        expect(codesOf(`${before}${code}${after}`)).toEqual([])
      }),
    )
  })
})

describe('hostile text', () => {
  it('is searched in a time that grows no faster than it', () => {
    for (const part of [
      '1 ',
      '1234 ',
      'https://',
      'code 123-',
      'code',
      'codecode ',
      'code 1234 ',
      'a.',
      'a@',
      '))))',
      '*',
      ' ',
      '\n',
      '1',
      '1-',
      '1234\n',
      '验证码1234',
      '٤',
      'A1-',
    ])
      for (const start of ['', 'https://a.test/', '1234', 'code '])
        expect(timeOf(`${start}${part.repeat(1_000_000 / part.length)}x`)).toBeLessThan(2_000)
  })

  it('of any kind breaks nothing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void timeOf(text)))
  })
})

function timeOf(text: string): number {
  const spent = cpuClock()
  codesOf(text)
  return spent()
}
