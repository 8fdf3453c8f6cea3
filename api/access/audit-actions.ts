import type { AuditAction } from '../../mail/email/audit.ts'

/** What each request asks for that is written down, by its method and path; the first that fits. */
const actions: readonly (readonly [RegExp, AuditAction])[] = [
  [/^PUT \/v1\/settings$/, 'settings.saved'],
  [/^POST \/api-keys$/, 'key.created'],
  [/^PATCH \/api-keys\//, 'key.changed'],
  [/^DELETE \/api-keys\//, 'key.revoked'],
  [/^POST \/domains$/, 'domain.added'],
  [/^PATCH \/domains\//, 'domain.changed'],
  [/^DELETE \/domains\//, 'domain.removed'],
  [/^POST (\/v1)?\/suppressions$/, 'suppression.added'],
  [/^POST \/suppressions\/batch\/add$/, 'suppression.added'],
  [/^POST \/suppressions\/batch\/remove$/, 'suppression.removed'],
  [/^POST \/v1\/suppressions\/import$/, 'suppressions.imported'],
  [/^DELETE (\/v1)?\/suppressions\//, 'suppression.removed'],
  [/^DELETE \/v3\/suppression\//, 'suppression.removed'],
  [/^DELETE \/v3\/asm\/(groups\/[^/]+\/)?suppressions\//, 'suppression.removed'],
  [/^POST \/v3\/asm\/(groups\/[^/]+\/suppressions|suppressions\/global)$/, 'suppression.added'],
  [/^POST \/v3\/asm\/groups$/, 'list.created'],
  [/^PATCH \/v3\/asm\/groups\//, 'list.changed'],
  [/^DELETE \/v3\/asm\/groups\//, 'list.removed'],
  [/^POST \/v1\/unsubscribe\/rotate$/, 'unsubscribe_keys.rotated'],
  [/^POST \/webhooks$/, 'webhook.created'],
  [/^PATCH \/webhooks\//, 'webhook.changed'],
  [/^DELETE \/webhooks\//, 'webhook.removed'],
  [/^POST \/webhooks\/[^/]+\/signing-secret\/rotate$/, 'webhook.secret_rotated'],
  [/^POST (\/v1)?\/webhooks\/[^/]+\/(events\/[^/]+\/)?replay$/, 'webhook.replayed'],
  [/^POST (\/v1|\/v3)?\/templates(\/[^/]+\/versions)?$/, 'template.created'],
  [/^PATCH (\/v1|\/v3)?\/templates\//, 'template.changed'],
  [/^DELETE (\/v1|\/v3)?\/templates\//, 'template.removed'],
  [/^POST (\/v1|\/v3)?\/templates\/.+\/(publish|activate)$/, 'template.published'],
  [/^POST (\/v1)?\/templates\/[^/]+\/restore$/, 'template.restored'],
  [/^POST (\/v1)?\/templates\/[^/]+\/duplicate$/, 'template.duplicated'],
  [/^POST \/v3\/templates\/[^/]+(\/versions\/[^/]+)?$/, 'template.duplicated'],
  [/^POST \/v1\/emails\/[^/]+\/retry$/, 'email.retried'],
  [/^POST (\/v1)?\/emails\/[^/]+\/cancel$/, 'email.canceled'],
  [/^POST \/v1\/emails\/[^/]+\/release$/, 'email.released'],
  [/^PATCH \/emails\//, 'email.rescheduled'],
  [/^(POST|PATCH) \/v3\/user\/scheduled_sends/, 'batch.paused_or_canceled'],
  [/^DELETE \/v3\/user\/scheduled_sends\//, 'batch.resumed'],
  [/^POST \/v1\/dead-letters\/(.+\/)?redrive$/, 'dead_letter.redriven'],
  [/^DELETE \/v1\/dead-letters\//, 'dead_letter.removed'],
  [/^POST \/v1\/queue\/pause$/, 'queue.paused'],
  [/^POST \/v1\/queue\/resume$/, 'queue.resumed'],
  [/^POST \/v1\/senders\/resume$/, 'sender.resumed'],
  [/^POST \/v1\/erasures$/, 'address.erased'],
]

/** Undefined where nothing is changed that a person would ask about later. */
export function actionOf(method: string, path: string): AuditAction | undefined {
  const asked = `${method} ${path}`
  return actions.find(([pattern]) => pattern.test(asked))?.[1]
}
