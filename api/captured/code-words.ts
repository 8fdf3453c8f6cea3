/**
 * Words that announce a one-time code, and words that announce another number, in the languages
 * that products write to their users in. Each list is the inside of a regular expression.
 */

/** Nouns: what follows or precedes them is the code. Alphabets with words apart; the rest below. */
const nouns = [
  // "code" and its compounds: Sicherheitscode, inlogcode, passcode, codes; codice, código, codi, cod.
  String.raw`\p{L}*codes?|codice|codici|c[oó]digos?|codi|codul|codurile?|cod`,
  // Slavic, Scandinavian, Baltic, Turkish, Malay: kod, kodu, kód, koden, verifieringskod, koodi.
  String.raw`\p{L}*k[oóô]d(?:u|em|y|et|en|er|as|s|a|i|o|e|unuz|un|ul|ja|ot|od|om|owi)?|\p{L}*koodi(?:n|si|a)?|kood`,
  String.raw`код(?:а|ом|у|е|ът)?|пароль|паролем|парола|пин|пін|шифра`,
  String.raw`κωδικ(?:ός|ό|ού|οί)|κωδικο[σς]`,
  String.raw`otps?|totp|pin|pins|\p{L}*tan|[2m]fa|2-?step|passkey`,
  String.raw`\p{L}*passw(?:or[dt]|ort|oord)|kennwort|einmalkennwort|passphrase|mot de passe|contraseñas?|senha|clave|hasło|heslo|heslem|jelszó|\p{L}*lösenord|wachtwoord|adgangskode|salasana|şifre(?:niz)?|parol[aă]|kata sandi|mật khẩu|mã|mã xác (?:nhận|thực|minh)`,
  String.raw`token|verification number|one-?time`,
  String.raw`(?:ال)?(?:رمز|كود|رقم التحقق|كلمة (?:ال)?(?:مرور|سر))|(?:ال)?كلمة المرور|رمزك|کد|رمز عبور`,
  String.raw`(?:ה)?(?:קוד|סיסמה|סיסמת)|कोड|ओटीपी|কোড|รหัส\p{L}*|รหัส`,
]

/** The same where words are not set apart. */
const gluedNouns =
  '验证码|驗證碼|校验码|校驗碼|动态码|動態碼|动态密码|動態密碼|确认码|確認碼|认证码|認證碼|安全码|安全碼|' +
  '激活码|登录码|登入碼|口令|密码|密碼|代码|代碼|识别码|短信码|' +
  'コード|認証番号|確認番号|暗証番号|検証番号|パスワード|パスコード|ワンタイム|セキュリティ番号|' +
  '인증\\s?번호|확인\\s?번호|인증\\s?코드|코드|비밀번호|보안\\s?번호|인증키|일회용\\s?번호|รหัส'

/** Verbs and the like: a number that serves them is a code, one that only stands near is not. */
const deeds = [
  'enter|type|type in|input|geben sie|saisissez|saisir|introduce|introduzca|ingresa|digite|insira|inserisci|voer|wpisz|zadejte|введите|введіть|girin|أدخل',
  'verify|verifying|verification|verified?|confirm|confirming|confirmation|authenticate|authentication|authorize',
  'log ?in|login|sign ?in|sign ?up|unlock|activate|two-factor|2fa',
  'bestätigen|bestätigung|verifizieren|verifizierung|anmelden|anmeldung|einloggen',
  'confirmer|confirmation|vérifier|vérification|connecter|connexion|valider',
  'confirmar|confirmación|verificar|verificación|iniciar sesión|acceder|confirmação|verificação|entrar',
  'confermare|conferma|verificare|verifica|accedere|accesso',
  'bevestigen|verifiëren|verificatie|inloggen|bekräfta|bekræft|bekreft',
  'potwierdzić|potwierdzenia|zalogować|logowania|weryfikacji|ověření|přihlášení',
  'подтвердить|подтверждения|подтверждение|войти|входа|авторизации|підтвердити|підтвердження',
  'doğrula|doğrulama|onayla|giriş|للتحقق|لتأكيد|للتأكيد',
]

const gluedDeeds =
  '输入|輸入|入力|입력|验证|驗證|确认|確認|登录|登入|認証|ログイン|인증|확인|로그인'

/** What another number is called; with "code" too, because some codes are of no secret. */
const others = [
  String.raw`(?:promo|promotion(?:al)?|discount|coupon|voucher|gift|referral|reward|zip|postal|post|area|country|dial(?:ling)?|error|status|response|exit|product|item|source|dress|qr|bar|swift|bic|sort|branch|tax|colou?r|hex|morse|building|order|tracking|booking|reservation|airport|currency|language|course|stock|class|dress|colour)[ -]?codes?|codes? of conduct|code of \p{L}+|code (?:promo|postal|barres|couleur|produit|client|erreur|de réduction)|promocodes?|(?:rabatt|gutschein|aktions|strich|fehler|farb|quell|länder|postleit|bar|unit?|en|de|korting|kortings|actie|post|zip)-?codes?`,
  String.raw`c[oó]digo (?:postal|promocional|de (?:descuento|desconto|barras|error|área|producto|cliente|país))|codice (?:sconto|postale|fiscale|cliente|prodotto|promozionale|errore)|kod (?:pocztowy|rabatowy|promocyjny|błędu|kreskowy)|промокод\p{L}*|(?:почтовый|штрих-?)\s?(?:код|индекс)\p{L}*`,
  String.raw`(?:confirmation|order|invoice|booking|reservation|reference|ticket|case|tracking|account|customer|member(?:ship)?|phone|telephone|mobile|fax|flight|serial|model|version|registration|transaction|receipt|contract|policy|client|user|room|gate|seat|bus|train|vat|tax|license|licence|parcel|shipment|delivery|card|part|sku|product|item|employee|student|room|building|page|line|job|request|build|issue|pull request|house|street|apartment|suite|unit|po box|box|extension|ext|channel)(?:\s+(?:number|nr|no|id|ref|reference))?`,
  String.raw`order(?:s|ed)?|invoices?|receipt|reference|ref|booking|phone|tel|telephone|call|dial|fax|zip|price|total|subtotal|amount|balance|pay|paid|cost|costs|fee|sum|save|earn|over|about|around|than|at|until|till|since|by|before|after|in|year|copyright|ending(?: in)?|ends in|ending with|ends with|last (?:four|4) digits|iban|version|from|between|id|usd|eur|gbp|chf|points?|visa|mastercard|amex|every|within|nearly|almost|up to|under|error|http|port|line|build|pr|issue|isbn|imei|size|weight|height|width`,
  String.raw`bestell\p{L}*|rechnung\p{L}*|kunden\p{L}*|auftrag\p{L}*|telefon\p{L}*|tel|plz|postleitzahl|betrag|preis|summe|gesamt|seit|bis|im jahr|vertrag\p{L}*|sendung\p{L}*|konto\p{L}*|\p{L}+nummer|ruf|anruf(?:en)?|hotline|um`,
  String.raw`commande|facture|téléphone|montant|prix|total|depuis|jusqu'au|dossier|client|colis|appelez|compte|référence`,
  String.raw`pedido|factura|fatura|teléfono|telefone|importe|precio|preço|desde|hasta|até|encomenda|cuenta|conta|referencia|llame|ligue|cep|c\.?p\.?`,
  String.raw`ordine|fattura|telefono|importo|prezzo|totale|dal|fino al|conto|cap|chiama|spedizione`,
  String.raw`bestelling|bestelnummer|factuur|telefoon|bedrag|prijs|sinds|klant\p{L}*|bel`,
  String.raw`zamówieni[ea]|faktur[ay]|telefonu|kwota|cena|od|do roku|konta|objednávk\p{L}*|faktur\p{L}*`,
  String.raw`заказ\p{L}*|сч[её]т\p{L}*|телефон\p{L}*|индекс|сумм\p{L}*|цен\p{L}*|договор\p{L}*|замовлення|рахун\p{L}*`,
  String.raw`sipariş|fatura|telefon|tutar|fiyat|beställning|faktura|ordre|tilaus|rendelés|számla`,
  String.raw`(?:ال)?(?:طلب|هاتف|فاتورة|مبلغ|سعر)(?:ك)?|رقم (?:الطلب|الهاتف|الفاتورة)|سفارش|تلفن|הזמנה|טלפון|חשבונית`,
]

const gluedOthers =
  '订单|訂單|电话|電話|邮编|郵遞區號|金额|金額|发票|快递|优惠码|折扣码|邀请码|邮政编码|' +
  '注文|郵便番号|請求書|合計|クーポンコード|プロモーションコード|バーコード|会員番号|伝票|' +
  '주문|전화|우편번호|금액|송장|할인\\s?코드|쿠폰|계좌|고객센터'

/** A word that says what a number near it is. */
export interface Label {
  readonly kind: 'noun' | 'deed' | 'other'
  readonly start: number
  readonly end: number
}

/** The labels in a sentence, in order; of those that overlap the one that begins first, or longest. */
export function labelsIn(sentence: string): Label[] {
  const all = kinds.flatMap(({ kind, words }) =>
    [...sentence.matchAll(words)].map(({ 0: word, index }): Label => {
      return { kind, start: index, end: index + word.length }
    }),
  )
  // Sorting is stable: where two are alike, the first kind wins.
  all.sort((a, b) => a.start - b.start || b.end - a.end)
  const kept: Label[] = []
  for (const label of all) if (label.start >= (kept.at(-1)?.end ?? 0)) kept.push(label)
  return kept
}

const kinds = [
  { kind: 'other', words: apart(others, gluedOthers) },
  { kind: 'noun', words: apart(nouns, gluedNouns) },
  { kind: 'deed', words: apart(deeds, gluedDeeds) },
] as const

/** Words between other characters than letters; a digit may follow, as in "code481516". */
function apart(lists: readonly string[], glued: string): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${lists.join('|')})(?!\p{L})|${glued}`, 'giu')
}
