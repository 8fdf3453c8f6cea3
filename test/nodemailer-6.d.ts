/** Version 6 of nodemailer, a client of many applications; what is called here is the same in 10. */
declare module 'nodemailer-6' {
  export { default } from 'nodemailer'
}
