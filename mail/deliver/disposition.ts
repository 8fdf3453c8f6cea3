/** What becomes of the job: done with, or to be seen again after a while. */
export type Disposition =
  { readonly kind: 'acknowledge' } | { readonly kind: 'defer'; readonly seconds: number }
