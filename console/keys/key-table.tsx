import { useState } from 'preact/hooks'
import type { KeyItem } from '../data/answers.ts'
import { request } from '../data/request.ts'
import { useDeed } from '../parts/deed.ts'
import { IconButton } from '../parts/icon-button.tsx'
import { Time } from '../parts/time.tsx'
import { confirm } from '../shell/confirm.tsx'
import { tell } from '../shell/toasts.tsx'
import { RenameDialog } from './rename-dialog.tsx'

interface KeyTableProps {
  readonly keys: readonly KeyItem[]
  readonly onChange: () => Promise<void>
}

/** The keys, one a line, to be renamed and revoked. */
export function KeyTable({ keys, onChange }: KeyTableProps) {
  const [renaming, setRenaming] = useState<KeyItem>()
  const [revoke] = useDeed(async ({ id, name }: KeyItem) => {
    const question = {
      title: `Revoke “${name}”?`,
      text: 'Applications that use it are refused from now on, and its sessions here end. This cannot be undone.',
      deed: 'Revoke',
      tone: 'danger',
    } as const
    if (!(await confirm(question))) return
    await request('DELETE', `/api-keys/${id}`)
    tell(`“${name}” is revoked.`)
    await onChange()
  })
  return (
    <div class="card table-card">
      <table class="table keys">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">May</th>
            <th scope="col">Last used</th>
            <th scope="col">Made</th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <th scope="row" class="k-name">
                {key.name}
              </th>
              <td class="k-may">{abilityOf(key)}</td>
              <td class="k-used soft">
                <span class="narrow-label">used </span>
                {key.last_used_at ? <Time at={key.last_used_at} /> : 'never'}
              </td>
              <td class="k-made soft">
                <span class="narrow-label">made </span>
                <Time at={key.created_at} />
              </td>
              <td class="k-tools end">
                <IconButton
                  data-row
                  icon="edit"
                  label={`Rename ${key.name}`}
                  title="Rename"
                  onClick={() => setRenaming(key)}
                />
                <IconButton
                  icon="trash"
                  label={`Revoke ${key.name}`}
                  title="Revoke"
                  onClick={() => void revoke(key)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {renaming && (
        <RenameDialog
          item={renaming}
          onRenamed={() => void onChange()}
          onClose={() => setRenaming(undefined)}
        />
      )}
    </div>
  )
}

/** Of all projects, or a sender of `default`: then there may be no other project. */
function projectOf({ permission, project }: KeyItem): string | undefined {
  const isUsual = project === '*' || (project === 'default' && permission !== 'full_access')
  return isUsual ? undefined : `in ${project}`
}

function abilityOf(key: KeyItem): string {
  const { permission, domain, capture, stream } = key
  const may = permission === 'full_access' ? 'everything' : 'send'
  return [may, projectOf(key), domain && `from ${domain}`, capture && 'captured only', stream]
    .filter(Boolean)
    .join(', ')
}
