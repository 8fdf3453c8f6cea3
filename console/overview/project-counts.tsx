import type { List, ProjectItem } from '../data/answers.ts'
import { project } from '../data/project.ts'
import { useResource } from '../data/resource.ts'
import { Failure, Skeleton } from '../parts/notice.tsx'
import { number } from '../parts/words.ts'
import type { SettingsAnswer } from '../settings/answers.ts'
import { isObject } from '../settings/layers.ts'
import { sumOf } from './chart.tsx'

/** What every project has waiting and settled, side by side, where all of them are shown. */
export function ProjectCounts({ settings: { settings } }: { readonly settings: SettingsAnswer }) {
  const { projects } = settings
  const isWanted =
    (project ?? '*') === '*' && isObject(projects) && Object.keys(projects).length > 0
  return isWanted ? <Counts /> : null
}

/** Read once: on AWS each project is some fifty reads. */
function Counts() {
  const { data, failure, reload } = useResource<List<ProjectItem>>('/v1/projects?counts=1')
  return (
    <section class="card table-card">
      <h2>Projects</h2>
      {failure && <Failure of={failure} onRetry={() => void reload()} />}
      {!data && !failure && <Skeleton lines={3} />}
      {data && <Table projects={data.data} />}
    </section>
  )
}

function Table({ projects }: { readonly projects: readonly ProjectItem[] }) {
  return (
    <table class="table project-counts">
      <thead>
        <tr>
          <th scope="col">Project</th>
          {columns.map((name) => (
            <th key={name} scope="col" class="end">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {projects.map(({ name, counts }) => (
          <tr key={name}>
            <th scope="row">
              <a href={`#/?${new URLSearchParams({ project: name }).toString()}`}>{name}</a>
            </th>
            {(counts ? numbersOf(counts) : []).map((count, n) => (
              <td key={columns[n]} class="end">
                {number(count)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const columns = ['Waiting', 'Held', 'Dead letters', 'Sent, 24 h', 'Failed, 24 h']

function numbersOf({ queue, settled }: NonNullable<ProjectItem['counts']>) {
  const { depth, held, deadLetters } = queue
  const gone = sumOf(settled, 'Sent') + sumOf(settled, 'Captured')
  return [depth, held, deadLetters, gone, sumOf(settled, 'Failed')]
}
