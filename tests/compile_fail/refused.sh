#!/bin/sh
# refused.sh COMPILER SOURCE-FOLDER FILE: the compiler refuses FILE, and for the reason that its first line expects.
expected=$(sed -n '1s|^// refused: ||p' "$3")
[ -n "$expected" ] || { echo "$3: the first line expects nothing"; exit 1; }
if said=$("$1" -std=c++20 -fno-exceptions -fsyntax-only -I"$2/core" "$3" 2>&1); then
  echo "$3 compiles"
  exit 1
fi
errors=$(printf '%s\n' "$said" | grep -E '(fatal )?error:')
others=$(printf '%s\n' "$errors" | grep -vF "$expected")
[ -n "$errors" ] && [ -z "$others" ] && exit 0
printf '%s\n' "$said" | head -40
exit 1
