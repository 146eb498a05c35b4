#!/bin/sh
# refused.sh COMPILER SOURCE-FOLDER FILE: the compiler refuses FILE and says what its first line expects; with WA_MENDED, where
# the mistake is mended, it takes the same file: it is the mistake that was refused, and nothing else in it.
expected=$(sed -n '1s|^// refused: ||p' "$3")
[ -n "$expected" ] || { echo "$3: the first line expects nothing"; exit 1; }
compile() { "$compiler" -std=c++20 -fno-exceptions -fsyntax-only -I"$core" "$@" 2>&1; }
compiler=$1 core=$2/core
if said=$(compile "$3"); then
  echo "$3 compiles"
  exit 1
fi
if ! printf '%s\n' "$said" | grep -qF "$expected"; then
  printf '%s\n' "$said" | head -40
  exit 1
fi
compile -DWA_MENDED "$3" || { echo "$3 does not compile when it is mended"; exit 1; }
