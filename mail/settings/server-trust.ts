import * as z from 'zod'

/** Which certificates are believed of a server that Postern connects to by TLS. */
export const serverTrust = {
  verifyCertificate: z
    .boolean()
    .default(true)
    .describe('Refuse a server whose certificate is not valid for its name.'),
  ca: z
    .string()
    .max(65_536)
    .nullable()
    .default(null)
    .describe('Certificates of a private CA, PEM; added to the well-known ones.'),
}
