import { useEffect, useState } from 'preact/hooks'
import { addressOf } from '../data/page-half.ts'
import { request } from '../data/request.ts'
import { Failure, Skeleton } from './notice.tsx'

/** Longest source that is shown, in characters: attachments make more of it than anyone reads. */
const longest = 200_000

/** The stored email, byte for byte. */
export function Source({ path }: { readonly path: string }) {
  const [text, setText] = useState<string>()
  const [failure, setFailure] = useState<Error>()
  const read = () =>
    request<string>('GET', `${path}/raw`, undefined, { as: 'text' }).then(setText, setFailure)
  useEffect(() => void read(), [path])
  if (failure) return <Failure of={failure} onRetry={() => void read()} />
  if (text === undefined) return <Skeleton lines={10} />
  return (
    <>
      <pre class="plain source">{text.slice(0, longest)}</pre>
      {text.length > longest && (
        <p class="soft">
          The rest is not shown here. <a href={addressOf(`${path}/raw`)}>Download it all</a>
        </p>
      )}
    </>
  )
}
