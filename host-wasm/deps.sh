#!/usr/bin/env bash
# Builds the four libraries of the wasm core (libsodium, Protobuf-lite, mbedTLS AES, zlib) from Debian's source packages.
# Prints the prefix that holds include/ and lib/. Sources are pinned by version and checksum; the archives and the built
# libraries are cached outside the tree, keyed by versions and flags, so that a second run does nothing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${WUTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wuts}
flags="-Oz -DNDEBUG -sINLINING_LIMIT=0 -mllvm -inline-threshold=-60 -flto -fvisibility=hidden -msign-ext -mbulk-memory -mnontrapping-fptoint -ffunction-sections -fdata-sections"  # as in deps.cmake
key=$(cat "$here/deps.sha256" "$here/mbedtls_config.h" "$here/ed25519_base.c" "$0" | sha256sum | cut -c1-16)-$(emcc --version | sed -n '1s/.* \([0-9][0-9.]*\) .*/\1/p')
prefix=$cache/wasm-$key
[ -f "$prefix/done" ] && { echo "$prefix"; exit 0; }

mkdir -p "$cache/archives" "$prefix/include" "$prefix/lib"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! (cd "$cache/archives" && sha256sum --status -c "$here/deps.sha256" 2>/dev/null); then
  echo "fetching library sources" >&2
  if ! apt-cache showsrc mbedtls >/dev/null 2>&1; then
    printf 'Types: deb-src\nURIs: http://deb.debian.org/debian\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: %s\n' \
      /usr/share/keyrings/debian-archive-keyring.gpg > /etc/apt/sources.list.d/wuts-sources.sources
    apt-get update -qq
  fi
  (cd "$cache/archives" && apt-get source -qq --download-only libsodium=1.0.18-1+deb12u1 protobuf=3.21.12-3+deb12u1 mbedtls=2.28.3-1 zlib=1:1.2.13.dfsg-1 >&2)
  (cd "$cache/archives" && sha256sum --quiet -c "$here/deps.sha256" >&2)
fi
for archive in "$cache"/archives/*.orig.tar.*; do tar xf "$archive" -C "$work"; done

# archive NAME FLAGS FILE...: compiles in parallel, archives. The two hashes are built for speed (-Oz must go, a later -O2 does not undo
# it): 1 kB more; LTHash takes a quarter of the time, patches and sessions less than half.
archive() {
  local name=$1 extra=$2
  shift 2
  echo "building $name for wasm ($# files)" >&2
  mkdir -p "$work/$name.o"
  printf '%s\n' "$@" | NAME=$work/$name.o FLAGS="$flags $extra" xargs -P "$(nproc)" -I{} sh -c \
    'out="$NAME/$(echo "{}" | tr / _).o"; case "{}" in *.c) cc=emcc std= ;; *) cc=em++ std="-std=c++17 -fno-exceptions -fno-rtti -fwhole-program-vtables -fvirtual-function-elimination" ;; esac; all=$FLAGS; case "{}" in */hash_sha*_cp.c) all="-O2 ${FLAGS#-Oz}" ;; esac; $cc $std $all -w -c "{}" -o "$out"' >&2
  emar rcs "$prefix/lib/$name.a" "$work/$name.o"/*.o >&2
}

sodium=$work/libsodium-stable
[ -d "$sodium" ] || sodium=$(echo "$work"/libsodium-*)
cd "$sodium/src/libsodium"
sed -e 's/@VERSION@/1.0.18/' -e 's/@SODIUM_LIBRARY_VERSION_MAJOR@/10/' -e 's/@SODIUM_LIBRARY_VERSION_MINOR@/3/' -e 's/@SODIUM_LIBRARY_MINIMAL_DEF@//' \
  include/sodium/version.h.in > include/sodium/version.h
cp -r include/sodium include/sodium.h "$prefix/include/"
sed -i 's/^ge25519_scalarmult_base(/ge25519_scalarmult_base_of_table(/' crypto_core/ed25519/ref10/ed25519_ref10.c  # ed25519_base.c says why
cp "$here/ed25519_base.c" crypto_core/ed25519/ref10/
# Without 128-bit integers, which wasm has to call functions for: X25519 is 2 to 7 times faster in 25.5-bit limbs.
archive libsodium "-DCONFIGURED=1 -DHAVE_STDINT_H -DHAVE_INTTYPES_H -DNATIVE_LITTLE_ENDIAN=1 -DHAVE_WEAK_SYMBOLS=1 -Iinclude -Iinclude/sodium" \
  $(find crypto_auth crypto_core crypto_hash crypto_scalarmult crypto_sign crypto_verify crypto_stream/chacha20 crypto_generichash/blake2b sodium randombytes -name '*.c' ! -path '*internal*' | sort)

cd "$(echo "$work"/protobuf-*)/src"
mkdir -p "$prefix/include/google/protobuf"
(find google -name '*.h' -o -name '*.inc') | tar cf - -T - | tar xf - -C "$prefix/include"
p=google/protobuf
archive libprotobuf-lite "-DGOOGLE_PROTOBUF_NO_THREADLOCAL=1 -I." $p/any_lite.cc $p/arena.cc $p/arenastring.cc $p/arenaz_sampler.cc $p/extension_set.cc \
  $p/generated_enum_util.cc $p/generated_message_tctable_lite.cc $p/generated_message_util.cc $p/implicit_weak_message.cc $p/inlined_string_field.cc \
  $p/io/coded_stream.cc $p/io/strtod.cc $p/io/zero_copy_stream.cc $p/io/zero_copy_stream_impl.cc $p/io/zero_copy_stream_impl_lite.cc $p/map.cc \
  $p/message_lite.cc $p/parse_context.cc $p/repeated_field.cc $p/repeated_ptr_field.cc $p/stubs/bytestream.cc $p/stubs/common.cc $p/stubs/int128.cc \
  $p/stubs/status.cc $p/stubs/statusor.cc $p/stubs/stringpiece.cc $p/stubs/stringprintf.cc $p/stubs/structurally_valid.cc $p/stubs/strutil.cc \
  $p/stubs/time.cc $p/wire_format_lite.cc

cd "$(echo "$work"/*mbedtls*)"
cp -r include/mbedtls "$prefix/include/"
cp "$here/mbedtls_config.h" "$prefix/include/mbedtls/config.h"
archive libmbedcrypto "-I$prefix/include" \
  library/aes.c library/gcm.c library/cipher.c library/cipher_wrap.c library/constant_time.c library/platform.c library/platform_util.c \
  library/sha1.c library/md5.c library/sha256.c library/md.c library/pkcs5.c

cd "$(echo "$work"/zlib*)"
cp zlib.h zconf.h "$prefix/include/"
archive libz "-DNO_GZIP -DBUILDFIXED" adler32.c compress.c crc32.c deflate.c inffast.c inflate.c inftrees.c trees.c uncompr.c zutil.c
touch "$prefix/done"
echo "$prefix"
