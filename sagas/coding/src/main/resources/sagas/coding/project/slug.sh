#!/bin/sh
# Makes a part of an address from a title: sh slug.sh TITLE
printf '%s' "$1" | tr '[:upper:]' '[:lower:]' | tr -c 'a-z0-9' '-'
echo
