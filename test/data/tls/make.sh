#!/bin/sh
# Makes the certificates of the tests anew: a private CA, and what it has signed. Worth nothing
# outside the tests. Valid for 100 years, but for the expired one.
set -eu
cd "$(dirname "$0")"
sign() { # name, subject alternative names, days
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" \
    -subj "/CN=$1" -out request.pem
  printf 'subjectAltName=%s\n' "$2" > extensions
  openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -set_serial "0x$(openssl rand -hex 8)" \
    -extfile extensions -days "$3" -out "$1.pem"
  rm request.pem extensions
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key \
  -subj '/CN=Postern test CA' -days 36500 -out ca.pem
sign localhost 'DNS:localhost,IP:127.0.0.1' 36500
sign elsewhere 'DNS:elsewhere.test' 36500
sign expired 'DNS:localhost,IP:127.0.0.1' -1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout self-signed.key \
  -subj '/CN=localhost' -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -days 36500 -out self-signed.pem
rm ca.key
