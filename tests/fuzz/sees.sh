#!/usr/bin/env bash
# sees.sh SOURCE BUILD: what the fuzz build can see. Every source of the product is compiled for coverage there, and a
# fuzzer that is built and asked knows the counters of the modules it links. Without them it runs blind, and nothing else fails.
set -euo pipefail
source=$1 build=$2
export CC=clang-14 CXX=clang++-14
mkdir -p "$build"
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g0" -DWA_FUZZ=ON >"$build/log" 2>&1 ||
  { cat "$build/log"; exit 1; }

# One command a line. Of the product: what becomes an object of a wa_ library.
mapfile -t commands < <(grep '"command"' "$build/compile_commands.json" | grep -E 'CMakeFiles/wa_[a-z_]+\.dir' | grep -v 'wa_catch\.dir')
failed=0
blind=$(printf '%s\n' "${commands[@]}" | grep -vc -- '-fsanitize=fuzzer-no-link' || true)
if [ "${#commands[@]}" -lt 20 ] || [ "$blind" -ne 0 ]; then
  echo "$blind of ${#commands[@]} objects of the product are compiled without coverage"
  failed=$((failed + 1))
fi

ninja -C "$build" -j 1 fuzz_node >"$build/log" 2>&1 || { cat "$build/log"; exit 1; }
counters=$("$build/fuzz_node" -runs=1 "$source/tests/fuzz/corpus/node" 2>&1 | sed -n 's/^INFO: Loaded .*(\([0-9]*\) inline 8-bit counters).*/\1/p')
if [ "${counters:-0}" -le 5000 ]; then
  echo "fuzz_node knows ${counters:-0} counters"
  failed=$((failed + 1))
fi
echo "${#commands[@]} objects, $counters counters of fuzz_node"
echo "$((2 - failed)) passed, $failed failed"
exit "$failed"
