// tested by unit/crypto/crypto_vectors.cpp
#include "crypto/field25519.h"

namespace wa::crypto {
namespace {

__extension__ using Wide = unsigned __int128;
constexpr std::uint64_t kMask = (std::uint64_t{1} << 51) - 1;

// Five limbs of 51 bits; limbs may be a few bits over after add and subtract, multiply brings them back.
struct Field {
  std::uint64_t limb[5] = {0, 0, 0, 0, 0};
};

std::uint64_t load_le(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

Field load(const ByteArray<32>& in) {
  const ByteView all(in);
  Field out;
  out.limb[0] = load_le(all.subspan(0, 8)) & kMask;
  out.limb[1] = load_le(all.subspan(6, 8)) >> 3 & kMask;
  out.limb[2] = load_le(all.subspan(12, 8)) >> 6 & kMask;
  out.limb[3] = load_le(all.subspan(19, 8)) >> 1 & kMask;
  out.limb[4] = load_le(all.subspan(24, 8)) >> 12 & kMask;
  return out;
}

void carry(Field& value) {
  for (int i = 0; i < 4; ++i) {
    value.limb[i + 1] += value.limb[i] >> 51;
    value.limb[i] &= kMask;
  }
  value.limb[0] += 19 * (value.limb[4] >> 51);
  value.limb[4] &= kMask;
}

Field small(std::uint64_t number) {
  Field out;
  out.limb[0] = number;
  return out;
}

Field add(const Field& a, const Field& b) {
  Field out;
  for (int i = 0; i < 5; ++i) out.limb[i] = a.limb[i] + b.limb[i];
  carry(out);
  return out;
}

// a - b, kept positive by adding 2p first.
Field subtract(const Field& a, const Field& b) {
  Field out;
  out.limb[0] = a.limb[0] + 2 * (kMask - 18) - b.limb[0];
  for (int i = 1; i < 5; ++i) out.limb[i] = a.limb[i] + 2 * kMask - b.limb[i];
  carry(out);
  return out;
}

Field multiply(const Field& a, const Field& b) {
  Wide column[5] = {0, 0, 0, 0, 0};
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 5; ++j) {
      const std::uint64_t factor = i + j < 5 ? 1 : 19;  // 2^255 = 19
      column[(i + j) % 5] += Wide{a.limb[i]} * (b.limb[j] * factor);
    }
  }
  Field out;
  Wide rest = 0;
  for (int i = 0; i < 5; ++i) {
    rest += column[i];
    out.limb[i] = static_cast<std::uint64_t>(rest) & kMask;
    rest >>= 51;
  }
  out.limb[0] += 19 * static_cast<std::uint64_t>(rest);
  carry(out);
  return out;
}

// Fermat: a^(p-2); p-2 = 2^255-21 has every bit set except bits 2 and 4.
Field invert(const Field& a) {
  Field out = small(1);
  for (int bit = 254; bit >= 0; --bit) {
    out = multiply(out, out);
    if (bit != 2 && bit != 4) out = multiply(out, a);
  }
  return out;
}

// The canonical value, below p.
ByteArray<32> store(Field value) {
  carry(value);
  carry(value);
  Field plus = value;  // value + 19 overflows 2^255 exactly when value >= p
  plus.limb[0] += 19;
  for (int i = 0; i < 4; ++i) {
    plus.limb[i + 1] += plus.limb[i] >> 51;
    plus.limb[i] &= kMask;
  }
  if (plus.limb[4] >> 51 != 0) {
    plus.limb[4] &= kMask;
    value = plus;
  }
  ByteArray<32> out{};
  for (unsigned bit = 0; bit < 255; ++bit) {
    const std::uint64_t set = value.limb[bit / 51] >> (bit % 51) & 1;
    out[bit / 8] = static_cast<std::uint8_t>(out[bit / 8] | set << (bit % 8));
  }
  return out;
}

}  // namespace

std::optional<ByteArray<32>> edwards_y_of_montgomery_u(const ByteArray<32>& u) {
  const Field value = load(u);
  const Field denominator = add(value, small(1));
  if (store(denominator) == ByteArray<32>{}) return std::nullopt;
  return store(multiply(subtract(value, small(1)), invert(denominator)));
}

}  // namespace wa::crypto
