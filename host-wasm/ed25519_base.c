/* The multiple of the base point, for key generation and signatures. libsodium's own takes it from a table of 30 kB that does
   not compress: a tenth of core.wasm. This one makes its table from the point itself on first use (0.5 ms, 40 kB of memory)
   and then is as fast. deps.sh renames libsodium's function away. Constant time in the scalar, like the original: which
   entries are read and which branches are taken depend on nothing but the loop. */
#include "private/ed25519_ref10.h"

/* multiples[i][j] = (j + 1) * 256^i * B */
static ge25519_cached multiples[32][8];
static int made;

static void add(ge25519_p3 *sum, const ge25519_cached *more) {
  ge25519_p1p1 full;
  ge25519_add(&full, sum, more);
  ge25519_p1p1_to_p3(sum, &full);
}

static void twice(ge25519_p3 *point) {
  ge25519_cached same;
  ge25519_p3_to_cached(&same, point);
  add(point, &same); /* the addition law of this curve is complete */
}

static void make(void) {
  static const unsigned char kBase[32] = {0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                          0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
                                          0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};
  ge25519_p3 power, sum;
  (void)ge25519_frombytes(&power, kBase);
  for (int i = 0; i < 32; ++i) {
    sum = power;
    for (int j = 0; j < 8; ++j) {
      ge25519_p3_to_cached(&multiples[i][j], &sum);
      add(&sum, &multiples[i][0]);
    }
    for (int j = 0; j < 8; ++j) twice(&power);
  }
  made = 1;
}

static void cmov(ge25519_cached *to, const ge25519_cached *from, unsigned int take) {
  fe25519_cmov(to->YplusX, from->YplusX, take);
  fe25519_cmov(to->YminusX, from->YminusX, take);
  fe25519_cmov(to->Z, from->Z, take);
  fe25519_cmov(to->T2d, from->T2d, take);
}

/* digit * 256^row * B, -8 <= digit <= 8 */
static void select_multiple(ge25519_cached *out, int row, int digit) {
  const unsigned int negative = (unsigned int)digit >> 31;
  const unsigned int size = (unsigned int)(digit - (((-(int)negative) & digit) * 2));
  ge25519_cached minus;
  fe25519_1(out->YplusX);
  fe25519_1(out->YminusX);
  fe25519_1(out->Z);
  fe25519_0(out->T2d);
  for (unsigned int j = 0; j < 8; ++j) cmov(out, &multiples[row][j], ((size ^ (j + 1)) - 1U) >> 31);
  fe25519_copy(minus.YplusX, out->YminusX);
  fe25519_copy(minus.YminusX, out->YplusX);
  fe25519_copy(minus.Z, out->Z);
  fe25519_neg(minus.T2d, out->T2d);
  cmov(out, &minus, negative);
}

/* h = scalar * B; scalar[31] <= 127 */
void ge25519_scalarmult_base(ge25519_p3 *h, const unsigned char *scalar) {
  signed char digits[64];
  signed char carry = 0;
  ge25519_cached term;
  if (!made) make();
  for (int i = 0; i < 32; ++i) {
    digits[2 * i] = (signed char)(scalar[i] & 15);
    digits[2 * i + 1] = (signed char)(scalar[i] >> 4);
  }
  for (int i = 0; i < 63; ++i) {
    digits[i] = (signed char)(digits[i] + carry);
    carry = (signed char)((digits[i] + 8) >> 4);
    digits[i] = (signed char)(digits[i] - carry * 16);
  }
  digits[63] = (signed char)(digits[63] + carry);

  fe25519_0(h->X);
  fe25519_1(h->Y);
  fe25519_1(h->Z);
  fe25519_0(h->T);
  for (int i = 1; i < 64; i += 2) {
    select_multiple(&term, i / 2, digits[i]);
    add(h, &term);
  }
  for (int i = 0; i < 4; ++i) twice(h);
  for (int i = 0; i < 64; i += 2) {
    select_multiple(&term, i / 2, digits[i]);
    add(h, &term);
  }
}
