import process from 'node:process'

// `npm start`: a trial in the checkout, which keeps its data there.
process.env['POSTERN_DATA'] ||= '.postern'
process.argv.splice(2, 0, 'start')
await import('./postern.ts')
