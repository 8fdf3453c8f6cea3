/** Each reads the text of a variable. @throws Error that names the variable and its rule */
export function portOf(name: string, otherwise = '') {
  return (text: string): number => {
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
    throw new Error(`${name} must be a whole number from 0 to 65535${otherwise}`)
  }
}

export function portOrOff(name: string) {
  return (text: string): number | 'off' => (text === 'off' ? text : portOf(name, ', or off')(text))
}

export function switchOf(name: string) {
  return (text: string): boolean => {
    if (/^(on|off)$/i.test(text)) return text.toLowerCase() === 'on'
    throw new Error(`${name} must be on or off`)
  }
}

export function hostOf(name: string) {
  return (text: string): string => {
    if (/^[A-Za-z0-9.:_-]{1,253}$/.test(text)) return text
    throw new Error(`${name} must be an IP address or a host name, without port or brackets`)
  }
}

export function oneOf<Word extends string>(name: string, words: readonly Word[]) {
  return (text: string): Word => {
    const found = words.find((word) => word === text.toLowerCase())
    if (found !== undefined) return found
    throw new Error(`${name} must be one of ${words.join(', ')}`)
  }
}

/** A host with a port, or without the usual one; IPv6 addresses in brackets. */
export function placeOf(name: string, usualPort: number) {
  return (text: string): { host: string; port: number } | undefined => {
    const [, v6, plain, port] =
      /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
    const host = v6 ?? plain
    if (host === undefined)
      throw new Error(`${name} must be a host and a port, as in 127.0.0.1:${usualPort}`)
    return { host: hostOf(name)(host), port: portOf(name)(port ?? String(usualPort)) }
  }
}
