import { createHash, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { refusal, type AwsService } from './aws-front.ts'

/**
 * Refuses presigned requests whose signature or checksum is not good for what they bring, as S3
 * does and emulators do not (Signature Version 4 in query parameters, AWS's S3 API reference).
 */
export function checkedSignatures(secretAccessKey: string): AwsService {
  return ({ service, method, path, headers, body }) => {
    const url = new URL(path, `http://${String(headers['host'])}`)
    const signature = url.searchParams.get('X-Amz-Signature')
    if (service !== 's3' || signature === null) return undefined
    const [date = '', scope = ''] = [
      url.searchParams.get('X-Amz-Date')!,
      url.searchParams.get('X-Amz-Credential')!.split('/').slice(1).join('/'),
    ]
    const names = url.searchParams.get('X-Amz-SignedHeaders')!.split(';')
    const request = [
      method,
      url.pathname,
      queryOf(url),
      ...names.map((name) => `${name}:${String(headers[name])}`),
      '',
      names.join(';'),
      'UNSIGNED-PAYLOAD',
    ].join('\n')
    const text = ['AWS4-HMAC-SHA256', date, scope, sha256(request)].join('\n')
    const key = scope
      .split('/')
      .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`)
    const isGood = hmac(key, text).toString('hex') === signature
    if (!isGood) return refusal('SignatureDoesNotMatch', 403)
    const checksum = url.searchParams.get('x-amz-checksum-crc32')
    const isWhole =
      checksum === null || Buffer.from(checksum, 'base64').readUInt32BE() === crc32(body)
    return isWhole ? undefined : refusal('BadDigest')
  }
}

function queryOf({ searchParams }: URL): string {
  return [...searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .sort()
    .join('&')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
