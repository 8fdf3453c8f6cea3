export { MailService } from './mail-service.ts'
export type { MailServiceProps } from './mail-service-props.ts'
export { PosternStack, type PosternStackProps } from './postern-stack.ts'
export type { SettingsLayer } from './settings-layers.ts'
