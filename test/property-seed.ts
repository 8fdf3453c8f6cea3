import fc from 'fast-check'

/**
 * Property tests draw the same cases in every run, so that a change is judged by itself and not by
 * luck. `POSTERN_PROPERTY_SEED=random`, or a number, goes looking elsewhere.
 */
const wanted = process.env['POSTERN_PROPERTY_SEED'] ?? '20260101'

if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) })
