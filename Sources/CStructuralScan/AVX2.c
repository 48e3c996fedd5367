// 64 bytes as two vectors of 32, with table look-ups by nibble and a carry-less product: compiled for machines that
// have them, called only there.

#if defined(__x86_64__)

#include <immintrin.h>

#include "KeiserLemire.h"
#include "UTF8.h"

#define SCAN_TARGET __attribute__((target("avx2,bmi,popcnt,pclmul")))

SCAN_TARGET SCAN_INLINE uint64_t bits_of(__m256i low, __m256i high) {
  return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

SCAN_TARGET SCAN_INLINE uint64_t equal(__m256i low, __m256i high, char byte) {
  const __m256i all = _mm256_set1_epi8(byte);
  return bits_of(_mm256_cmpeq_epi8(low, all), _mm256_cmpeq_epi8(high, all));
}

/// Sixteen bytes, in both halves: what a look-up by nibble needs.
SCAN_TARGET SCAN_INLINE __m256i table(const uint8_t bytes[16]) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)bytes));
}

SCAN_TARGET SCAN_INLINE __m256i below_0x20(__m256i v) {
  return _mm256_cmpeq_epi8(_mm256_min_epu8(v, _mm256_set1_epi8(0x1F)), v);
}

SCAN_TARGET SCAN_INLINE scan_masks scan_classify(const uint8_t *block) {
  // At the low nibble of a character stands the character itself: a byte that equals its look-up is one of them.
  static const uint8_t white[16] = {[0x0] = ' ', [0x9] = '\t', [0xA] = '\n', [0xD] = '\r'};
  static const uint8_t operators[16] = {[0xA] = ':', [0xB] = '{', [0xC] = ',', [0xD] = '}'};
  const __m256i low = _mm256_loadu_si256((const __m256i *)block);
  const __m256i high = _mm256_loadu_si256((const __m256i *)(block + 32));
  const __m256i white_table = table(white), operator_table = table(operators);
  const __m256i bit_5 = _mm256_set1_epi8(0x20);

  scan_masks masks;
  masks.quote = equal(low, high, '"');
  masks.backslash = equal(low, high, '\\');
  masks.line_feed = equal(low, high, '\n');
  masks.control = bits_of(below_0x20(low), below_0x20(high));
  masks.non_ascii = bits_of(low, high);
  masks.white = bits_of(
      _mm256_cmpeq_epi8(low, _mm256_shuffle_epi8(white_table, low)),
      _mm256_cmpeq_epi8(high, _mm256_shuffle_epi8(white_table, high)));
  // Bit 5 makes { and } of [ and ], but also : and , of two control bytes.
  masks.operators = ~masks.control & bits_of(
      _mm256_cmpeq_epi8(_mm256_or_si256(low, bit_5), _mm256_shuffle_epi8(operator_table, low)),
      _mm256_cmpeq_epi8(_mm256_or_si256(high, bit_5), _mm256_shuffle_epi8(operator_table, high)));
  return masks;
}

SCAN_TARGET SCAN_INLINE uint64_t scan_prefix_xor(uint64_t bits) {
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits), _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

/// Non-zero where a byte breaks the UTF-8 of the three bytes ahead of it; reads those too.
SCAN_TARGET SCAN_INLINE __m256i utf8_errors(const uint8_t *bytes) {
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  const __m256i now = _mm256_loadu_si256((const __m256i *)bytes);
  const __m256i ahead_1 = _mm256_loadu_si256((const __m256i *)(bytes - 1));
  const __m256i ahead_2 = _mm256_loadu_si256((const __m256i *)(bytes - 2));
  const __m256i ahead_3 = _mm256_loadu_si256((const __m256i *)(bytes - 3));
  const __m256i special = _mm256_and_si256(
      _mm256_and_si256(
          _mm256_shuffle_epi8(table(utf8_first_high), _mm256_and_si256(_mm256_srli_epi16(ahead_1, 4), nibble)),
          _mm256_shuffle_epi8(table(utf8_first_low), _mm256_and_si256(ahead_1, nibble))),
      _mm256_shuffle_epi8(table(utf8_second_high), _mm256_and_si256(_mm256_srli_epi16(now, 4), nibble)));
  // The third byte of three and the third and fourth of four must continue: there, and only there, two continuation
  // bytes in a row are right.
  const __m256i third = _mm256_subs_epu8(ahead_2, _mm256_set1_epi8((char)(0xE0 - 0x80)));
  const __m256i fourth = _mm256_subs_epu8(ahead_3, _mm256_set1_epi8((char)(0xF0 - 0x80)));
  const __m256i must_continue = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
  return _mm256_xor_si256(must_continue, special);
}

SCAN_TARGET SCAN_INLINE int utf8_is_valid(const uint8_t *block) {
  const __m256i errors = _mm256_or_si256(utf8_errors(block), utf8_errors(block + 32));
  return _mm256_testz_si256(errors, errors);
}

SCAN_TARGET SCAN_INLINE void scan_utf8(
    sluice_scan_state *state, const uint8_t *bytes, size_t block, size_t length, uint32_t base) {
  // A call's first block has no bytes ahead of it to look at, and its last one must leave an exact state.
  if (block == 0 || length - block == 64 || !utf8_is_valid(bytes + block)) {
    scan_utf8_by_byte(state, bytes, block, base);
  } else {
    state->utf8 = utf8_is_unfinished(bytes + block + 64);
  }
}

#define SCAN_KERNEL scan_avx2
#include "Kernel.h"

#endif
