import { parseAccept } from 'hono/utils/accept'

/** What the page says in one language. `{address}` and `{list}` stand for what the link names. */
export interface Words {
  readonly title: string
  readonly ask: string
  /** Where the list has no name that a person would know. */
  readonly askPlainly: string
  readonly button: string
  readonly done: string
  readonly doneMore: string
  readonly invalid: string
  readonly invalidMore: string
}

/** By language tag (BCP 47); the first is spoken to who understands none of them. */
export const words = {
  en: {
    title: 'Unsubscribe',
    ask: 'Unsubscribe {address} from “{list}”?',
    askPlainly: 'Unsubscribe {address} from emails like this?',
    button: 'Unsubscribe',
    done: 'You are unsubscribed.',
    doneMore: '{address} will get no more of these emails.',
    invalid: 'This link does not work.',
    invalidMore: 'Please copy the whole link from the email, or answer the email.',
  },
  de: {
    title: 'Abmelden',
    ask: 'Soll {address} keine E-Mails von „{list}“ mehr erhalten?',
    askPlainly: 'Soll {address} keine E-Mails dieser Art mehr erhalten?',
    button: 'Abmelden',
    done: 'Sie sind abgemeldet.',
    doneMore: '{address} erhält diese E-Mails nicht mehr.',
    invalid: 'Dieser Link funktioniert nicht.',
    invalidMore:
      'Bitte kopieren Sie den ganzen Link aus der E-Mail oder antworten Sie auf die E-Mail.',
  },
  fr: {
    title: 'Se désabonner',
    ask: '{address} ne doit plus recevoir les e-mails de « {list} » ?',
    askPlainly: '{address} ne doit plus recevoir ce type d’e-mails ?',
    button: 'Se désabonner',
    done: 'Vous êtes désabonné.',
    doneMore: '{address} ne recevra plus ces e-mails.',
    invalid: 'Ce lien ne fonctionne pas.',
    invalidMore: 'Veuillez copier le lien entier depuis l’e-mail, ou répondre à l’e-mail.',
  },
  es: {
    title: 'Cancelar la suscripción',
    ask: '¿{address} no debe recibir más correos de «{list}»?',
    askPlainly: '¿{address} no debe recibir más correos de este tipo?',
    button: 'Cancelar la suscripción',
    done: 'Se ha cancelado la suscripción.',
    doneMore: '{address} no recibirá más estos correos.',
    invalid: 'Este enlace no funciona.',
    invalidMore: 'Copie el enlace completo del correo o responda al correo.',
  },
  'pt-BR': {
    title: 'Cancelar inscrição',
    ask: '{address} não deve mais receber e-mails de “{list}”?',
    askPlainly: '{address} não deve mais receber e-mails deste tipo?',
    button: 'Cancelar inscrição',
    done: 'Sua inscrição foi cancelada.',
    doneMore: '{address} não receberá mais esses e-mails.',
    invalid: 'Este link não funciona.',
    invalidMore: 'Copie o link inteiro do e-mail ou responda ao e-mail.',
  },
  it: {
    title: 'Annulla iscrizione',
    ask: '{address} non deve più ricevere le e-mail di “{list}”?',
    askPlainly: '{address} non deve più ricevere e-mail di questo tipo?',
    button: 'Annulla iscrizione',
    done: 'L’iscrizione è stata annullata.',
    doneMore: '{address} non riceverà più queste e-mail.',
    invalid: 'Questo link non funziona.',
    invalidMore: 'Copi l’intero link dall’e-mail oppure risponda all’e-mail.',
  },
  nl: {
    title: 'Afmelden',
    ask: 'Moet {address} geen e-mails van “{list}” meer krijgen?',
    askPlainly: 'Moet {address} geen e-mails van dit soort meer krijgen?',
    button: 'Afmelden',
    done: 'U bent afgemeld.',
    doneMore: '{address} krijgt deze e-mails niet meer.',
    invalid: 'Deze link werkt niet.',
    invalidMore: 'Kopieer de hele link uit de e-mail of beantwoord de e-mail.',
  },
  ja: {
    title: '配信停止',
    ask: '{address} への「{list}」のメール配信を停止しますか？',
    askPlainly: '{address} へのこの種類のメール配信を停止しますか？',
    button: '配信を停止する',
    done: '配信を停止しました。',
    doneMore: '今後、{address} にこのメールは届きません。',
    invalid: 'このリンクは無効です。',
    invalidMore: 'メールに記載されたリンク全体をコピーするか、メールに返信してください。',
  },
  'zh-Hans': {
    title: '退订',
    ask: '{address} 不再接收“{list}”的邮件吗？',
    askPlainly: '{address} 不再接收此类邮件吗？',
    button: '退订',
    done: '您已退订。',
    doneMore: '{address} 将不再收到此类邮件。',
    invalid: '此链接无效。',
    invalidMore: '请复制邮件中的完整链接，或直接回复邮件。',
  },
  ar: {
    title: 'إلغاء الاشتراك',
    ask: 'هل تريد ألا يتلقى {address} رسائل «{list}» بعد الآن؟',
    askPlainly: 'هل تريد ألا يتلقى {address} هذا النوع من الرسائل بعد الآن؟',
    button: 'إلغاء الاشتراك',
    done: 'تم إلغاء اشتراكك.',
    doneMore: 'لن يتلقى {address} هذه الرسائل بعد الآن.',
    invalid: 'هذا الرابط لا يعمل.',
    invalidMore: 'يُرجى نسخ الرابط كاملاً من الرسالة أو الرد عليها.',
  },
} as const satisfies Readonly<Record<string, Words>>

export type Language = keyof typeof words

/**
 * The language that a browser wants most of those there are (RFC 9110 section 12.5.4): each of its
 * wishes as it is, then by its first part, so that `pt` finds `pt-BR` and `de-AT` finds `de`.
 */
export function languageFor(accepted = ''): Language {
  const wishes = parseAccept(accepted.slice(0, 500)).filter(({ q }) => q > 0)
  for (const { type: tag } of wishes) {
    const found = languages.find((one) => one.toLowerCase() === tag.toLowerCase())
    const language = found ?? languageOf(tag)
    if (language) return language
  }
  return 'en'
}

const languages = Object.keys(words) as Language[]

function languageOf(tag: string): Language | undefined {
  const first = (name: string) => name.toLowerCase().split('-')[0]
  return languages.find((one) => first(one) === first(tag))
}
