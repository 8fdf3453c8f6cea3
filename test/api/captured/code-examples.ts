/** Sentences of real emails that announce the code 481516 or 4815, one to a line. */
export const announcing = `
Votre code confidentiel : 481516
Code d'accès : 481516
Votre code à usage unique est 481 516.
Utilisez le code 481516 pour vous connecter
Bonjour, 481516 est votre code de connexion
Tu código de un solo uso es: 481516
Usa el código 481516 para iniciar sesión
El código es el 481516
Ecco il tuo codice di conferma: 481516
Il codice per accedere è il seguente: 481516
Codice OTP 481516
Seu código de verificação do Acme é: 481516. Não o compartilhe.
Use o código 481516 para entrar
Seu PIN é 4815
Hier ist dein Anmeldecode: 481516
Verwenden Sie den Code 481516, um fortzufahren
Der Code zur Bestätigung: 481516
Ihre pushTAN lautet: 481516
Uw verificatiecode is: 481516.
Gebruik code 481516 om in te loggen
Wachtwoord: 481516
Użyj kodu 481516, aby się zalogować
Hasło jednorazowe: 481516
Twój PIN: 4815
Одноразовый пароль: 481516
Используйте код 481516 для входа
Код для входа в Acme: 481516. Действует 10 минут.
Ваш пин-код: 4815
كود التفعيل الخاص بك: 481516
رمز الدخول لمرة واحدة هو: 481516
استخدم الرمز 481516 لتسجيل الدخول
您正在登录，验证码481516，请勿告诉他人
校验码：481516
一次性密码：481516
登录验证码：<481516>
認証番号は481516です
認証コードは 481516 です。10分以内
確認コード: 481-516
인증번호[481516]를 입력해주세요
본인확인 인증번호는 481516 입니다
비밀번호 재설정 코드: 481516
Ditt engångslösenord är 481516
Kontrollkode: 481516
Ο κωδικός επαλήθευσης είναι 481516
TAN: 481516
Your PIN code is 4815.
Your one-time passcode is 481516
Your one-time password is: 481516
Here's your sign-in code: 481516
481516 is your Acme verification code. Don't share it.
Verification: 481516
2FA code: 481516
<#> 481516 is your code
(481516) is your code
To verify your email enter 481516
Please enter the following code to verify your email address: 481516
Your verification number is 481516
Your token is 481516
Code :481516
code：481516
code→481516
Your code: 481516 (expires in 10 minutes)
Use verification code 481516 for Microsoft authentication.
4815 is your PIN`

/** Sentences of real emails with numbers that are no codes, one to a line. */
export const numbered = `
Your account 12345678 was verified
Confirm your order 123456
Please confirm your booking ref 123456
Case number 00481516
Tracking: 12345678
Flight LH1234 on 2026-05-01
Room 1204
1999-2026
Founded in 1999.
Telefon 0301234567
+49 30 1234567
USD 1,234
1234 USD
Preis 1234 Euro
Prix : 1234 €
合計 12345円
总计：12345元
가격 12345원
Сумма: 12345 руб
color:#123456
background-color: #481516;
rgb(123, 456, 789)
Go to https://a.test/?code=481516
a.test/c/481516
Password reset requested at 1059
Your code was used from 10.0.0.1
Page 1234 of 5678
10000 steps to go
Invoice INV-2026-0001
Order A1B2C3D4
SKU AB12CD
Booking reference: X7K9QP
Booking code X7K9QP
Postleitzahl 10115
Berlin 10115
CEP 01310-100
邮编 100000
郵便番号 1000001
우편번호 12345
HRB 123456 B
USt-IdNr. DE123456789
RFC 2822
Windows 2000
Commande n° 481516
Ordine n. 481516
Zamówienie nr 481516
Заказ № 481516
订单 481516
注文番号 481516
We sent a code to +1 555 123 4567
We sent the code to ***1234
We sent a code to the number ending in 1234
The code will expire on 20261231
This code is valid for 1440 minutes
QR code 481516
Discount code ABC123
Coupon: SAVE2026
Use code WELCOME10 for 10% off
Suite 1000, 94107
Copyright © 2020-2026 Acme
Over 1000 verified buyers
The verification takes 3000 seconds
Confirmation number: 12345678
Kontonummer 12345678
Sort code 12-34-56
Serial: AB12CD34
Size 1024x768
12/31/2026
10:30:45
lat 48.1516 lon 11.5825
Amount due 481516
Mitgliedsnummer 481516
N° client 481516
Numer klienta 481516
Номер клиента 481516
客户编号 481516
お客様番号 481516
고객번호 481516
رقم العميل 481516
Código postal 28001
Código promocional: 481516
Code promo : NOEL2026
Codice sconto: ESTATE26
Kortingscode ZOMER26
Kod rabatowy: LATO26
Промокод LETO2026
优惠码：481516
クーポンコード：481516`
