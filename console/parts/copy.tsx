import { useState } from 'preact/hooks'
import { IconButton } from './icon-button.tsx'

/** How long the confirmation shows, in milliseconds. */
const saidMs = 2_000

/** Puts a text on the clipboard. */
export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  const [done, setDone] = useState(false)
  const copy = async () => {
    await write(text)
    setDone(true)
    setTimeout(() => setDone(false), saidMs)
  }
  return (
    <IconButton
      icon={done ? 'check' : 'copy'}
      label={done ? 'Copied' : label}
      onClick={() => void copy()}
    />
  )
}

/** Browsers have the clipboard only for pages that came by https or from loopback. */
async function write(text: string) {
  if ('clipboard' in navigator) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
