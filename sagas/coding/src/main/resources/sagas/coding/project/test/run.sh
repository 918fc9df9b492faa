#!/bin/sh
# Every test there is; the exit code is 0 when all pass.
failures=0

check() { # TITLE SLUG
  actual=$(sh slug.sh "$1")
  if [ "$actual" != "$2" ]; then
    printf "slug of '%s': expected '%s', was '%s'\n" "$1" "$2" "$actual"
    failures=$((failures + 1))
  fi
}

. ./test/slug.sh
echo "$failures failures"
[ "$failures" -eq 0 ]
