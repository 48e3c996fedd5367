// 64 bytes as four vectors of 16: what every x86-64 has.

#if defined(__x86_64__)

#include <emmintrin.h>

#include "UTF8.h"

typedef struct vectors {
  __m128i at[4];
} vectors;

SCAN_INLINE uint64_t bits_of(vectors v) {
  uint64_t bits = 0;
  for (int i = 0; i < 4; i++) bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(v.at[i]) << (16 * i);
  return bits;
}

SCAN_INLINE uint64_t equal(vectors v, char byte) {
  for (int i = 0; i < 4; i++) v.at[i] = _mm_cmpeq_epi8(v.at[i], _mm_set1_epi8(byte));
  return bits_of(v);
}

SCAN_INLINE scan_masks scan_classify(const uint8_t *block) {
  vectors bytes, operators, white, control;
  for (int i = 0; i < 4; i++) {
    const __m128i v = _mm_loadu_si128((const __m128i *)(block + 16 * i));
    const __m128i brace = _mm_or_si128(v, _mm_set1_epi8(0x20));  // [ and ] become { and }
    bytes.at[i] = v;
    operators.at[i] = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(brace, _mm_set1_epi8('{')), _mm_cmpeq_epi8(brace, _mm_set1_epi8('}'))),
        _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(':')), _mm_cmpeq_epi8(v, _mm_set1_epi8(','))));
    white.at[i] = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\t'))),
        _mm_cmpeq_epi8(v, _mm_set1_epi8('\r')));
    control.at[i] = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v);
  }
  scan_masks masks;
  masks.quote = equal(bytes, '"');
  masks.backslash = equal(bytes, '\\');
  masks.line_feed = equal(bytes, '\n');
  masks.operators = bits_of(operators);
  masks.white = bits_of(white) | masks.line_feed;
  masks.control = bits_of(control);
  masks.non_ascii = bits_of(bytes);
  return masks;
}

SCAN_INLINE uint64_t scan_prefix_xor(uint64_t bits) { return scan_prefix_xor_by_shifts(bits); }

SCAN_INLINE void scan_utf8(
    sluice_scan_state *state, const uint8_t *bytes, size_t block, size_t length, uint32_t base) {
  (void)length;
  scan_utf8_by_byte(state, bytes, block, base);
}

#define SCAN_KERNEL scan_sse2
#define SCAN_TARGET
#include "Kernel.h"

#endif
