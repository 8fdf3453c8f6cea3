import { project, switchTo } from '../data/project.ts'
import { isOfAll, keyProject, session } from '../data/session.ts'
import { useStore } from '../data/store.ts'
import { useProjectNames } from '../settings/project-names.ts'

/** Chooses the project that every view shows, where there are any; a key of one has no choice. */
export function ProjectSwitch() {
  const own = useStore(keyProject)
  return isOfAll(own) ? <Switch /> : <p class="project-switch">Project {own}</p>
}

function Switch() {
  const names = useProjectNames()
  // Without a key the API is in `default` unless told otherwise, and with one of all in all.
  const usual = useStore(session) === 'open' ? 'default' : '*'
  if (names.length === 0) return null
  return (
    <label class="project-switch">
      <span>Project</span>
      <select
        value={project ?? usual}
        onChange={({ currentTarget }) => switchTo(currentTarget.value)}
      >
        <option value="*">All projects</option>
        {['default', ...names].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
