import { useEffect, useRef, useState } from 'preact/hooks'
import { addressOf } from '../data/page-half.ts'
import { withQuery } from '../data/request.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

interface HtmlFrameProps {
  /** Of the document. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly subject: string
  readonly html: string
}

/** Widths that emails are looked at in, in CSS pixels; the first is that of the pane. */
const widths: readonly { name: string; icon?: IconName; px?: number }[] = [
  { name: 'Fit' },
  { name: 'Phone', icon: 'phone', px: 375 },
  { name: 'Tablet', icon: 'tablet', px: 768 },
  { name: 'Desktop', icon: 'desktop', px: 1_200 },
]

/**
 * The HTML of an email, which may be hostile: it comes under a policy of its own, into a frame
 * that may run nothing, open nothing and has an origin of its own. Remote pictures are fetched only
 * after a click, because fetching tells their owner that the email was read.
 */
export function HtmlFrame({ path, query, subject, html }: HtmlFrameProps) {
  const [width, setWidth] = useState(widths[0]!)
  const [images, setImages] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const scale = useScale(box, width.px)
  return (
    <>
      <div class="frame-tools">
        <div class="segments" role="group" aria-label="Width">
          {widths.map((one) => (
            <button
              key={one.name}
              aria-pressed={one.name === width.name}
              title={one.px ? `${one.name}, ${one.px} pixels` : 'As wide as there is room'}
              onClick={() => setWidth(one)}
            >
              {one.icon && <Icon name={one.icon} />}
              <span>{one.name}</span>
            </button>
          ))}
        </div>
        {images && <span class="soft small">Images from elsewhere are shown.</span>}
        {!images && remoteImage.test(html) && (
          <Button icon="image" onClick={() => setImages(true)}>
            Load remote images
          </Button>
        )}
      </div>
      <div class="frame-box" ref={box}>
        <iframe
          sandbox=""
          src={addressOf(withQuery(path, { ...query, images: images ? 'remote' : undefined }))}
          title={`The email “${subject}”`}
          referrerpolicy="no-referrer"
          loading="eager"
          style={width.px ? shrunk(width.px, scale) : {}}
        />
      </div>
    </>
  )
}

/** Whether there is any to load: a guess is enough, it only shows a button. */
const remoteImage = /\b(?:src|srcset|background)\s*=\s*["']?\s*https?:|url\(\s*["']?https?:/i

/** How much of its size a frame of this width keeps to fit into the box. */
function useScale(box: { current: HTMLDivElement | null }, px: number | undefined): number {
  const [room, setRoom] = useState(0)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setRoom(entry?.contentRect.width ?? 0))
    observer.observe(box.current!)
    return () => observer.disconnect()
  }, [])
  return px && room > 0 ? Math.min(1, room / px) : 1
}

function shrunk(px: number, scale: number) {
  return {
    width: `${px}px`,
    height: `${100 / scale}%`,
    transform: `scale(${scale})`,
  }
}
