import { useState } from 'preact/hooks'
import type { List, ProjectItem } from '../data/answers.ts'
import { project } from '../data/project.ts'
import { request } from '../data/request.ts'
import { useResource } from '../data/resource.ts'
import { isOfAll, keyProject, signIn } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { useDeed } from '../parts/deed.ts'
import { faultsOf, type Faults } from '../parts/faults.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { Notice } from '../parts/notice.tsx'
import { TokenDialog } from './token-dialog.tsx'
import { WishFields, type Wish } from './wish-fields.tsx'

interface NewKeyDialogProps {
  /** From then on keys are needed, here too. */
  readonly isFirst: boolean
  readonly onMade: () => void
  readonly onClose: () => void
}

/** Creates a key and shows it this once. */
export function NewKeyDialog({ isFirst, onMade, onClose }: NewKeyDialogProps) {
  const [wish, setWish] = useState<Wish>({
    name: '',
    may: 'full_access',
    project: '',
    domain: '',
    capture: false,
    stream: '',
  })
  const projects = useChoice(isFirst)
  const [token, setToken] = useState<string>()
  const [faults, setFaults] = useState<Faults>({})
  const [submit, busy] = useDeed(async () => {
    try {
      const made = await request<{ token: string }>('POST', '/api-keys', bodyOf(wish))
      // The page goes on under the key that has just ended open access.
      if (isFirst) await signIn(made.token)
      setToken(made.token)
      onMade()
    } catch (error) {
      setFaults(faultsOf(error))
    }
  })
  if (token !== undefined) return <TokenDialog token={token} onClose={onClose} />
  return (
    <FormDialog title="New key" deed="Make key" busy={busy} onSubmit={submit} onClose={onClose}>
      {isFirst && (
        <Notice tone="warn" title="The first key ends open access">
          <p>From then on every application that sends through this Postern needs a key.</p>
        </Notice>
      )}
      {faults[''] && <Notice tone="bad" title={faults['']} />}
      <WishFields wish={wish} faults={faults} projects={projects} onChange={setWish} />
    </FormDialog>
  )
}

/** The projects that the key may be made for: where one is shown, it is for that one. */
function useChoice(isFirst: boolean): readonly string[] {
  const own = useStore(keyProject)
  const isOpen = !isFirst && isOfAll(own) && (project ?? '*') === '*'
  const { data } = useResource<List<ProjectItem>>(isOpen ? '/v1/projects' : undefined)
  const names = (data?.data ?? []).map(({ name }) => name)
  return names.length > 1 ? names : []
}

function bodyOf({ name, may, project: chosen, domain, capture, stream }: Wish) {
  return {
    name,
    permission: may,
    capture,
    ...(chosen !== '' && { project: chosen }),
    ...(stream !== '' && { stream }),
    ...(may === 'sending_access' && domain.trim() !== '' && { domain: domain.trim() }),
  }
}
