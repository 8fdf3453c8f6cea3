const seconds = 1_000
const minutes = 60 * seconds

/**
 * How long each step of a try may take, in milliseconds. There is no deadline for a whole try
 * here: a server that answers each step in time is slow, not dead. The host sets that one.
 *
 * The SMTP steps are those of RFC 5321 section 4.5.3.2, which asks for at least so much. For the
 * steps that it does not name, the defaults of Postfix (postconf(5)) are given in brackets.
 */
export const deadlines = {
  smtp: {
    /** All addresses of a host. [The resolver's own] */
    lookUp: 30 * seconds,
    /** One address of a host. [smtp_connect_timeout] */
    connect: 30 * seconds,
    /** A TLS handshake. [smtp_starttls_timeout] */
    handshake: 5 * minutes,
    /** 4.5.3.2.1: initial 220 message. */
    greeting: 5 * minutes,
    /** EHLO, STARTTLS, and each answer of a login. [smtp_helo_timeout] */
    hello: 5 * minutes,
    /** 4.5.3.2.2 */
    mail: 5 * minutes,
    /** 4.5.3.2.3 */
    rcpt: 5 * minutes,
    /** 4.5.3.2.4 */
    data: 2 * minutes,
    /** 4.5.3.2.5: a block of content that the connection does not take. */
    block: 3 * minutes,
    /** 4.5.3.2.6: a shorter one makes copies (RFC 1047). */
    dot: 10 * minutes,
    /** [smtp_rset_timeout] */
    reset: 20 * seconds,
    /** Nothing depends on the answer to QUIT. */
    quit: 1 * seconds,
    /** A free connection, where the server wants no more of them: as long as any other step. */
    turn: 5 * minutes,
  },
  /** A whole request to a provider's API. AWS SDKs and SendGrid's own client wait as long. */
  http: 60 * seconds,
  /** The program may speak SMTP itself, as msmtp does: an envelope, content and a dot. */
  sendmail: 15 * minutes,
} as const
