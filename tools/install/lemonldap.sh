#!/usr/bin/env bash
# Unpacks the distribution's LemonLDAP::NG into a folder, without root and without a web server: lemonldap.sh FOLDER
set -euo pipefail
folder=$1

"$(dirname "$0")/debian-unpacked.sh" "$folder" liblemonldap-ng-portal-perl libplack-perl \
  libcrypt-openssl-bignum-perl libcrypt-openssl-rsa-perl libcrypt-openssl-x509-perl libio-string-perl libgd-securityimage-perl libimage-magick-perl libstring-random-perl
# A launcher that finds the modules and becomes the server of the portal: lemonldap-ng PORT LEMONLDAP_NG_INI
cat >"$folder/lemonldap-ng" <<'LAUNCHER'
#!/bin/sh
root=$(dirname "$0")/root
PERL5LIB=$(echo "$root"/usr/share/perl5):$(echo "$root"/usr/lib/*-linux-gnu/perl5/*)
LD_LIBRARY_PATH=$(echo "$root"/usr/lib/*-linux-gnu)
LLNG_DEFAULTCONFFILE=$2
export PERL5LIB LD_LIBRARY_PATH LLNG_DEFAULTCONFFILE
exec perl "$root/usr/bin/plackup" --no-default-middleware --host 127.0.0.1 --port "$1" "$root/usr/share/doc/liblemonldap-ng-portal-perl/examples/index.psgi"
LAUNCHER
chmod +x "$folder/lemonldap-ng"
sed -n "s/^our \$VERSION = '\(.*\)';/\1/p" "$folder/root/usr/share/perl5/Lemonldap/NG/Portal.pm" | tee "$folder/version"
[ -s "$folder/version" ]
