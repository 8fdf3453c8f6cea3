import type { Scope } from '../email/project.ts'
import type { Page } from './page.ts'

/**
 * Templates that are kept by the API: a record of each, which names its draft and its versions. The
 * texts themselves are blobs.
 */
export interface Templates {
  /** `taken`: its alias belongs to another template of the project. */
  create(template: StoredTemplate): Promise<'written' | 'taken'>
  /** Undefined also when it is there but outside of the scope. */
  get(id: string, scope: Scope): Promise<StoredTemplate | undefined>
  /** The one that has this alias in a project. */
  named(alias: string, project: string): Promise<StoredTemplate | undefined>
  /** Newest first. */
  list(query: TemplateQuery): Promise<Page<StoredTemplate>>
  /** Writes it where its revision is still the one before; `stale` where it is another, or gone. */
  replace(template: StoredTemplate): Promise<'written' | 'stale' | 'taken'>
  /** Removes it where its revision is still this one; says whether it did. */
  remove(template: StoredTemplate): Promise<boolean>
}

export interface TemplateQuery {
  readonly scope: Scope
  readonly limit: number
  readonly after?: string
  readonly before?: string
}

export interface StoredTemplate {
  readonly id: string
  readonly project: string
  readonly createdAt: number
  readonly updatedAt: number
  /** Starts at 1; every change adds one. */
  readonly revision: number
  /** For people. */
  readonly name: string
  /** What requests may name it by; each once in a project. */
  readonly alias?: string
  /** What is edited; absent before anything was written. */
  readonly draft?: KeptTexts
  /** Oldest first. What one holds never changes. */
  readonly versions: readonly TemplateVersion[]
  /** The number of the last version that was made: a number is given once. */
  readonly lastNumber: number
  /** The number of the version that emails are made from; absent while none is published. */
  readonly current?: number
  /** When that became the one. */
  readonly publishedAt?: number
}

export interface TemplateVersion {
  /** With SendGrid, versions that replaced each other share one. */
  readonly id: string
  readonly number: number
  readonly name: string
  readonly createdAt: number
  readonly texts: KeptTexts
}

/** Texts of a template, in all their locales, as a blob. */
export interface KeptTexts {
  /** Of the blob. */
  readonly key: string
  /** Of what it holds: the same texts have the same. */
  readonly hash: string
  readonly defaultLocale: string
  readonly locales: readonly string[]
}
