#!/usr/bin/env bash
# Builds the four libraries of the wasm core (libsodium, Protobuf-lite, mbedTLS AES, zlib) from Debian's source packages, with
# Debian's patches. Prints the prefix that holds include/, lib/ and `sources` (what it was built from, a line a package).
# Debian's signed index says which version is the newest of this release, its security updates included; it is asked once a
# day. Archives and libraries are cached outside the tree. The name of a prefix is a hash of versions and flags, so that a
# second run does nothing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${WUTS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wuts}
flags="-Oz -DNDEBUG -sINLINING_LIMIT=0 -mllvm -inline-threshold=-60 -flto -fvisibility=hidden -msign-ext -mbulk-memory -mnontrapping-fptoint -ffunction-sections -fdata-sections"  # as in deps.cmake
packages=(libsodium protobuf mbedtls zlib)

# An apt of our own for sources: it has the mirrors of the system's and accepts Debian's signature only. It needs no root.
index=$cache/sources chosen=$cache/sources/chosen
apt_options=(-o "Dir::Etc::SourceList=$index/debian.sources" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$index/lists"
  -o "Dir::Cache=$index/cache" -o APT::Sandbox::User=root)

list_mirrors() {  # from where the system has packages of this release, sources too
  local codename
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # A version that is in two of them comes from the first.
  apt-get indextargets --format '$(RELEASE) $(REPO_URI) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' | LC_ALL=C sort -u |
    while read -r release uri component origin; do
      case "$release/$component" in "$codename/main" | "$codename-updates/main" | "$codename-security/main") ;; *) continue ;; esac
      case "$origin" in Debian* | '' | '$(ORIGIN)') ;; *) continue ;; esac
      printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\n' "$uri" "$release"
    done
}

newest() {  # newest PACKAGE: "VERSION SHA256-OF-THE-DSC" of the highest version that the index has
  local version sum best_version='' best_sum=''
  while read -r version sum; do
    if [ -z "$best_version" ] || dpkg --compare-versions "$version" gt "$best_version"; then best_version=$version best_sum=$sum; fi
  done < <(apt-cache "${apt_options[@]}" showsrc --only-source "$1" |
    awk '/^Version: / { version = $2 } /^[^ ]/ { sums = /^Checksums-Sha256:/ } sums && /\.dsc$/ { print version, $1 }')
  [ -n "$best_version" ] && echo "$best_version $best_sum"
}

choose() {  # writes `chosen`: PACKAGE VERSION SHA256, a line a package
  local package
  mkdir -p "$index/lists/partial" "$index/cache/archives/partial"
  list_mirrors >"$index/debian.sources"
  [ -s "$index/debian.sources" ] || { echo "apt has no sources of this Debian release" >&2; return 1; }
  apt-get "${apt_options[@]}" update -qq --error-on=any >&2 || return 1
  for package in "${packages[@]}"; do echo "$package $(newest "$package")" || return 1; done >"$chosen.new"
  mv "$chosen.new" "$chosen"
}

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9  # one at a time: whoever waited finds the libraries built
if [ -z "$(find "$chosen" -mmin -1440 2>/dev/null)" ] && ! choose; then
  [ -s "$chosen" ] || { echo "the index of sources cannot be fetched" >&2; exit 1; }
  echo "the index of sources cannot be fetched: versions as of $(date -r "$chosen" +%F)" >&2
fi
key=$(cat "$chosen" "$here/mbedtls_config.h" "$here/ed25519_base.c" "$0" | sha256sum | cut -c1-16)-$(emcc --version | sed -n '1s/.* \([0-9][0-9.]*\) .*/\1/p')
prefix=$cache/wasm-$key
[ -f "$prefix/done" ] && { echo "$prefix"; exit 0; }

mkdir -p "$cache/archives" "$prefix/include" "$prefix/lib"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

while read -r package version sum; do
  echo "source of $package $version" >&2
  cd "$cache/archives"
  apt-get "${apt_options[@]}" source -qq --download-only "$package=$version" >&2  # compares each file with the index
  dsc=${package}_${version#*:}.dsc
  echo "$sum  $dsc" | sha256sum --quiet -c >&2
  dpkg-source -q --no-copy -x "$dsc" "$work/$package" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }  # with debian/patches
  patches=$(grep -c '^[^#[:space:]]' "$work/$package/debian/patches/series" 2>/dev/null || true)
  echo "$package $version $sum patches=${patches:-0}"
done <"$chosen" >"$work/sources"

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

cd "$work/libsodium/src/libsodium"
configured() { sed -n "s/^$1=\([0-9]*\)$/\1/p" ../../configure.ac; }
sed -e "s/@VERSION@/$(sed -n 's/^AC_INIT(\[libsodium\],\[\([^]]*\)\].*/\1/p' ../../configure.ac)/" -e "s/@SODIUM_LIBRARY_VERSION_MAJOR@/$(configured SODIUM_LIBRARY_VERSION_MAJOR)/" \
  -e "s/@SODIUM_LIBRARY_VERSION_MINOR@/$(configured SODIUM_LIBRARY_VERSION_MINOR)/" -e 's/@SODIUM_LIBRARY_MINIMAL_DEF@//' \
  include/sodium/version.h.in > include/sodium/version.h
cp -r include/sodium include/sodium.h "$prefix/include/"
sed -i 's/^ge25519_scalarmult_base(/ge25519_scalarmult_base_of_table(/' crypto_core/ed25519/ref10/ed25519_ref10.c  # ed25519_base.c says why
cp "$here/ed25519_base.c" crypto_core/ed25519/ref10/
# Without 128-bit integers, which wasm has to call functions for: X25519 is 2 to 7 times faster in 25.5-bit limbs.
archive libsodium "-DCONFIGURED=1 -DHAVE_STDINT_H -DHAVE_INTTYPES_H -DNATIVE_LITTLE_ENDIAN=1 -DHAVE_WEAK_SYMBOLS=1 -Iinclude -Iinclude/sodium" \
  $(find crypto_auth crypto_core crypto_hash crypto_scalarmult crypto_sign crypto_verify crypto_stream/chacha20 crypto_generichash/blake2b sodium randombytes -name '*.c' ! -path '*internal*' | sort)

cd "$work/protobuf/src"
mkdir -p "$prefix/include/google/protobuf"
(find google -name '*.h' -o -name '*.inc') | tar cf - -T - | tar xf - -C "$prefix/include"
p=google/protobuf
archive libprotobuf-lite "-DGOOGLE_PROTOBUF_NO_THREADLOCAL=1 -I." $p/any_lite.cc $p/arena.cc $p/arenastring.cc $p/arenaz_sampler.cc $p/extension_set.cc \
  $p/generated_enum_util.cc $p/generated_message_tctable_lite.cc $p/generated_message_util.cc $p/implicit_weak_message.cc $p/inlined_string_field.cc \
  $p/io/coded_stream.cc $p/io/strtod.cc $p/io/zero_copy_stream.cc $p/io/zero_copy_stream_impl.cc $p/io/zero_copy_stream_impl_lite.cc $p/map.cc \
  $p/message_lite.cc $p/parse_context.cc $p/repeated_field.cc $p/repeated_ptr_field.cc $p/stubs/bytestream.cc $p/stubs/common.cc $p/stubs/int128.cc \
  $p/stubs/status.cc $p/stubs/statusor.cc $p/stubs/stringpiece.cc $p/stubs/stringprintf.cc $p/stubs/structurally_valid.cc $p/stubs/strutil.cc \
  $p/stubs/time.cc $p/wire_format_lite.cc

cd "$work/mbedtls"
cp -r include/mbedtls "$prefix/include/"
cp "$here/mbedtls_config.h" "$prefix/include/mbedtls/config.h"
archive libmbedcrypto "-I$prefix/include" \
  library/aes.c library/gcm.c library/cipher.c library/cipher_wrap.c library/constant_time.c library/platform.c library/platform_util.c \
  library/sha1.c library/md5.c library/sha256.c library/md.c library/pkcs5.c

cd "$work/zlib"
cp zlib.h zconf.h "$prefix/include/"
archive libz "-DNO_GZIP -DBUILDFIXED" adler32.c compress.c crc32.c deflate.c inffast.c inflate.c inftrees.c trees.c uncompr.c zutil.c
cp "$work/sources" "$prefix/sources"
touch "$prefix/done"
echo "$prefix"
