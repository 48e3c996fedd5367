// 64 bytes as four vectors of 16, for aarch64.

#if defined(__aarch64__)

#include <arm_neon.h>

#include "KeiserLemire.h"
#include "UTF8.h"

typedef struct vectors {
  uint8x16_t at[4];
} vectors;

/// One bit of each byte; each is all ones or all zeros.
SCAN_INLINE uint64_t bits_of(vectors v) {
  static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t weight = vld1q_u8(weights);
  const uint8x16_t low = vpaddq_u8(vandq_u8(v.at[0], weight), vandq_u8(v.at[1], weight));
  const uint8x16_t high = vpaddq_u8(vandq_u8(v.at[2], weight), vandq_u8(v.at[3], weight));
  const uint8x16_t sums = vpaddq_u8(low, high);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

SCAN_INLINE uint64_t equal(vectors v, uint8_t byte) {
  for (int i = 0; i < 4; i++) v.at[i] = vceqq_u8(v.at[i], vdupq_n_u8(byte));
  return bits_of(v);
}

SCAN_INLINE scan_masks scan_classify(const uint8_t *block) {
  vectors bytes, operators, white, control, non_ascii;
  for (int i = 0; i < 4; i++) {
    const uint8x16_t v = vld1q_u8(block + 16 * i);
    const uint8x16_t brace = vorrq_u8(v, vdupq_n_u8(0x20));  // [ and ] become { and }
    bytes.at[i] = v;
    operators.at[i] = vorrq_u8(
        vorrq_u8(vceqq_u8(brace, vdupq_n_u8('{')), vceqq_u8(brace, vdupq_n_u8('}'))),
        vorrq_u8(vceqq_u8(v, vdupq_n_u8(':')), vceqq_u8(v, vdupq_n_u8(','))));
    white.at[i] = vorrq_u8(
        vorrq_u8(vceqq_u8(v, vdupq_n_u8(' ')), vceqq_u8(v, vdupq_n_u8('\t'))), vceqq_u8(v, vdupq_n_u8('\r')));
    control.at[i] = vcltq_u8(v, vdupq_n_u8(0x20));
    non_ascii.at[i] = vcgeq_u8(v, vdupq_n_u8(0x80));
  }
  scan_masks masks;
  masks.quote = equal(bytes, '"');
  masks.backslash = equal(bytes, '\\');
  masks.line_feed = equal(bytes, '\n');
  masks.operators = bits_of(operators);
  masks.white = bits_of(white) | masks.line_feed;
  masks.control = bits_of(control);
  masks.non_ascii = bits_of(non_ascii);
  return masks;
}

SCAN_INLINE uint64_t scan_prefix_xor(uint64_t bits) { return scan_prefix_xor_by_shifts(bits); }

/// Non-zero where a byte breaks the UTF-8 of the three bytes ahead of it; reads those too.
SCAN_INLINE uint8x16_t utf8_errors(const uint8_t *bytes) {
  const uint8x16_t nibble = vdupq_n_u8(0x0F);
  const uint8x16_t now = vld1q_u8(bytes), ahead_1 = vld1q_u8(bytes - 1);
  const uint8x16_t special = vandq_u8(
      vandq_u8(
          vqtbl1q_u8(vld1q_u8(utf8_first_high), vshrq_n_u8(ahead_1, 4)),
          vqtbl1q_u8(vld1q_u8(utf8_first_low), vandq_u8(ahead_1, nibble))),
      vqtbl1q_u8(vld1q_u8(utf8_second_high), vshrq_n_u8(now, 4)));
  // The third byte of three and the third and fourth of four must continue: there, and only there, two continuation
  // bytes in a row are right.
  const uint8x16_t third = vqsubq_u8(vld1q_u8(bytes - 2), vdupq_n_u8(0xE0 - 0x80));
  const uint8x16_t fourth = vqsubq_u8(vld1q_u8(bytes - 3), vdupq_n_u8(0xF0 - 0x80));
  const uint8x16_t must_continue = vandq_u8(vorrq_u8(third, fourth), vdupq_n_u8(0x80));
  return veorq_u8(must_continue, special);
}

SCAN_INLINE int utf8_is_valid(const uint8_t *block) {
  const uint8x16_t errors = vorrq_u8(
      vorrq_u8(utf8_errors(block), utf8_errors(block + 16)), vorrq_u8(utf8_errors(block + 32), utf8_errors(block + 48)));
  return vmaxvq_u8(errors) == 0;
}

SCAN_INLINE void scan_utf8(
    sluice_scan_state *state, const uint8_t *bytes, size_t block, size_t length, uint32_t base) {
  // A call's first block has no bytes ahead of it to look at, and its last one must leave an exact state.
  if (block == 0 || length - block == 64 || !utf8_is_valid(bytes + block)) {
    scan_utf8_by_byte(state, bytes, block, base);
  } else {
    state->utf8 = utf8_is_unfinished(bytes + block + 64);
  }
}

#define SCAN_KERNEL scan_neon
#define SCAN_TARGET
#include "Kernel.h"

#endif
