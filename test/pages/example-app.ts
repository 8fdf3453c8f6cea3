/*
 * The application that the examples of docs/test-examples.md test, by the name of its file: it sends
 * a code to who signs up, through the API of Postern.
 */

const javascript = `
export async function signUp(to) {
  const headers = { authorization: 'Bearer ' + process.env.POSTERN_API_KEY }
  const email = { from: 'shop@own.test', to, subject: 'Your code', text: 'Your code is 481516.' }
  const body = JSON.stringify(email)
  const answer = await fetch(process.env.POSTERN_URL + '/emails', { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(await answer.text())
}
`

const python = `
import json, os, urllib.request

def sign_up(to):
    email = {"from": "shop@own.test", "to": to, "subject": "Your code", "text": "Your code is 481516."}
    headers = {"Authorization": "Bearer " + os.environ["POSTERN_API_KEY"]}
    url = os.environ["POSTERN_URL"] + "/emails"
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(email).encode(), headers)).close()
`

const php = `<?php
function signUp(string $to): void
{
    $email = ['from' => 'shop@own.test', 'to' => $to, 'subject' => 'Your code', 'text' => 'Your code is 481516.'];
    $header = ['Content-Type: application/json', 'Authorization: Bearer ' . getenv('POSTERN_API_KEY')];
    $http = ['method' => 'POST', 'header' => $header, 'content' => json_encode($email)];
    file_get_contents(getenv('POSTERN_URL') . '/emails', false, stream_context_create(['http' => $http]));
}
`

const ruby = `
require "json"
require "net/http"

def sign_up(to)
  email = { from: "shop@own.test", to: to, subject: "Your code", text: "Your code is 481516." }
  headers = { "Authorization" => "Bearer " + ENV["POSTERN_API_KEY"] }
  Net::HTTP.post(URI(ENV["POSTERN_URL"] + "/emails"), email.to_json, headers)
end
`

export const appFiles = { 'app.js': javascript, 'app.py': python, 'app.php': php, 'app.rb': ruby }

/** What a browser sees of it: the address, then the code, and a welcome where that is right. */
export function pageOf(path: string, form: URLSearchParams): string {
  if (path === '/code') return formOf('/confirm', 'Code', 'Confirm')
  if (path === '/confirm') return form.get('code') === '481516' ? '<p>Welcome</p>' : '<p>No</p>'
  return formOf('/code', 'Email', 'Sign up')
}

function formOf(action: string, field: string, button: string): string {
  const input = `<label>${field} <input name="${field.toLowerCase()}"></label>`
  return `<form method="post" action="${action}">${input}<button>${button}</button></form>`
}
