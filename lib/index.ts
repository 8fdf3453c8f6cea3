export { MailService, type MailServiceProps } from './mail-service.ts'
export { PosternStack, type PosternStackProps } from './postern-stack.ts'
export type { SettingsLayer } from './settings-layers.ts'
