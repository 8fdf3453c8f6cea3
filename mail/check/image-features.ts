/** Which formats of caniemail the address of a picture has. */
export function imageFeatures(url: string): string[] {
  const text = url.trim().toLowerCase()
  const [, type = ''] = /^data:image\/([a-z0-9.+-]{1,20})/.exec(text) ?? []
  if (type) return ['image-base64', `image-${formats[type] ?? type}`]
  const [, extension = ''] = /\.([a-z0-9]{2,5})(?:[?#]|$)/.exec(text) ?? []
  return extension ? [`image-${formats[extension] ?? extension}`] : []
}

/** What a format is called otherwise. */
const formats: Readonly<Record<string, string>> = {
  jpeg: 'jpg',
  'svg+xml': 'svg',
  tif: 'tiff',
  heic: 'heif',
  'x-icon': 'ico',
}
