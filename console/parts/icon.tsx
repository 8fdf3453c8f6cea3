/** Lines on a square of 20, drawn for this page. */
const drawings = {
  alert: 'M10 3 1.8 16.5h16.4zM10 8.2v3.8M10 14.4v.1',
  check: 'm4 10.5 4 4 8-9',
  chevron: 'm7.5 4.5 5.5 5.5-5.5 5.5',
  ban: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM4.7 4.7l10.6 10.6',
  back: 'M12.5 4.5 7 10l5.5 5.5',
  clock: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 5.5V10l3 2',
  close: 'm5 5 10 10M15 5 5 15',
  copy: 'M7 7h10v10H7zM13 7V3H3v10h4',
  desktop: 'M2.5 4h15v9.5h-15zM7 17h6M10 13.5V17',
  download: 'M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13',
  edit: 'm4 16 .8-3.8L14 3l3 3-9.2 9.2zM12 5l3 3',
  image: 'M2.5 3.5h15v13h-15zM3 14l4.5-4.5 3.5 3.5 2.5-2.5 3.5 3.5M13 7.2v.1',
  inbox: 'M2.5 11 5 4h10l2.5 7v5.5h-15zM2.5 11H7l1 2.5h4L13 11h4.5',
  key: 'M12.5 12a4.5 4.5 0 1 0-4.3-3.2L2.5 14.5v3h3v-2h2v-2h2l.8-.8c.7.2 1.4.3 2.2.3zM13.5 6.5v.1',
  keyboard: 'M1.5 5h17v10.5h-17zM5 8.5v.1M8.3 8.5v.1M11.7 8.5v.1M15 8.5v.1M6 12h8',
  link: 'M8.5 11.5a3 3 0 0 0 4.2 0l3.4-3.4a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-3.4 3.4a3 3 0 0 0 4.2 4.2l1-1',
  list: 'M7 5h10.5M7 10h10.5M7 15h10.5M3 5v.1M3 10v.1M3 15v.1',
  lock: 'M4 9h12v8.5H4zM6.5 9V6a3.5 3.5 0 0 1 7 0v3',
  mail: 'M2.5 4.5h15v11.5h-15zM3 5l7 6 7-6',
  paperclip:
    'm15.5 9-5.7 5.7a3.2 3.2 0 0 1-4.5-4.5L11.5 4a2.2 2.2 0 0 1 3.1 3.1l-6 6a1.1 1.1 0 0 1-1.6-1.6L12 6.5',
  phone: 'M6 2h8v16H6zM9 15.5h2',
  plus: 'M10 4v12M4 10h12',
  pulse: 'M1.5 10.5h4l2-6 4.5 11 2.2-5h4.3',
  queue: 'm10 2.5 7.5 4-7.5 4-7.5-4zM2.5 10.5l7.5 4 7.5-4M2.5 14l7.5 4 7.5-4',
  refresh: 'M16.5 8.5A6.8 6.8 0 0 0 4 6.5M3.5 3v4h4M3.5 11.5A6.8 6.8 0 0 0 16 13.5M16.5 17v-4h-4',
  search: 'M9 15a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM13.5 13.5l4 4',
  send: 'M17.5 2.5 2.5 8.2l6 3.3 3.3 6zM17.5 2.5l-9 9',
  settings: 'M3 5.5h5M12 5.5h5M3 14.5h3M10 14.5h7M8 3.5h4v4H8zM6 12.5h4v4H6z',
  tablet: 'M4 2h12v16H4zM9 15.5h2',
  trash: 'M3.5 5.5h13M8 5V3h4v2M5 5.5l.8 12h8.4l.8-12M8.5 8.5v6M11.5 8.5v6',
  undo: 'M4 8h8.5a4 4 0 0 1 0 8H8M7.5 4 3.5 8l4 4',
  upload: 'M10 12.5V3M6 6.5l4-4 4 4M3.5 16.5h13',
} as const

export type IconName = keyof typeof drawings

/** Decoration next to words; where it is alone, the button around it has a name. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={drawings[name]} />
    </svg>
  )
}

/** The gate that is the mark of Postern, with the fold of an envelope in it. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M9 25V14a7 7 0 0 1 14 0v11zM9.5 15.5l6.5 4.5 6.5-4.5" />
    </svg>
  )
}
