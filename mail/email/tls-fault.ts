/**
 * Whether a code of Node or OpenSSL says that a certificate is not to be trusted, or that the other
 * side speaks no TLS that we do: waiting mends neither.
 */
export function isTlsFault(code: string): boolean {
  return tlsCodes.test(code)
}

/** The codes of X509_V_ERR in OpenSSL, ERR_SSL_ and ERR_TLS_ in Node; EPROTO is a broken handshake. */
const tlsCodes =
  /^(ERR_(SSL|TLS)_|EPROTO$)|CERT|CRL|SELF_SIGNED|SIGNATURE|ISSUER|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|PATH_LENGTH/
