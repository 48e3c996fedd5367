#ifndef SLUICE_SCAN_BLOCK_H
#define SLUICE_SCAN_BLOCK_H

// What all kernels share about one block of 64 bytes: bit i of a mask speaks of byte i.

#include "CStructuralScan.h"

#define SCAN_INLINE static inline __attribute__((always_inline))

/// The classes of a block's bytes, wherever they stand; what a kernel has to find.
typedef struct scan_masks {
  uint64_t quote;
  uint64_t backslash;
  /// `{ } [ ] : ,`
  uint64_t operators;
  /// Space, tab, line feed, carriage return.
  uint64_t white;
  /// Below 0x20.
  uint64_t control;
  uint64_t line_feed;
  /// 0x80 and above.
  uint64_t non_ascii;
} scan_masks;

/// Where the strings of a block lie.
typedef struct scan_strings {
  /// The quotes that open or close a string.
  uint64_t quote;
  /// The bytes of strings, with the opening quote and without the closing one.
  uint64_t inside;
} scan_strings;

/// Bit i of the result is the exclusive or of bits 0...i: with quotes in, strings come out.
SCAN_INLINE uint64_t scan_prefix_xor_by_shifts(uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  bits ^= bits << 32;
  return bits;
}

SCAN_INLINE unsigned scan_count(uint64_t bits) { return (unsigned)__builtin_popcountll(bits); }

/// The place of the lowest set bit; 64 when there is none.
SCAN_INLINE uint32_t scan_lowest(uint64_t bits) { return bits ? (uint32_t)__builtin_ctzll(bits) : 64; }

SCAN_INLINE uint64_t scan_only_highest(uint64_t bits) { return 1ull << (63 - __builtin_clzll(bits)); }

/// The bytes that a backslash before them escapes. An odd run of backslashes escapes what follows it; the subtraction
/// carries through each run at once (the algorithm is simdjson's). `carry` is 1 when the block's first byte is
/// escaped, and is updated for the block after it.
SCAN_INLINE uint64_t scan_escaped(uint64_t backslash, uint64_t *carry) {
  const uint64_t odd_bits = 0xAAAAAAAAAAAAAAAAull;
  const uint64_t may_escape = backslash & ~*carry;
  const uint64_t escapes_and_ends = (((may_escape << 1) | odd_bits) - may_escape) ^ odd_bits;
  const uint64_t escaped = escapes_and_ends ^ (backslash | *carry);
  *carry = (escapes_and_ends & backslash) >> 63;
  return escaped;
}

/// The strings of a block in which a backslash stands outside of any: byte by byte, since such a backslash escapes
/// nothing and the input is refused anyway.
static inline scan_strings scan_strings_by_byte(
    const scan_masks *masks, const sluice_scan_state *before, uint64_t *escaped) {
  scan_strings strings = {0, 0};
  uint64_t in_string = before->in_string, carry = before->escaped;
  for (unsigned i = 0; i < 64; i++) {
    const uint64_t bit = 1ull << i;
    if ((masks->quote & bit) && !carry) {
      strings.quote |= bit;
      in_string = ~in_string;
    }
    strings.inside |= in_string & bit;
    carry = (masks->backslash & in_string & bit) && !carry;
  }
  *escaped = carry;
  return strings;
}

/// Writes `base` plus the place of each set bit, eight at a time and so up to seven entries too many. Returns the new
/// count.
SCAN_INLINE size_t scan_write(uint32_t *positions, size_t count, uint64_t bits, uint32_t base) {
  const size_t end = count + scan_count(bits);
  while (count < end) {
    for (size_t i = 0; i < 8; i++) {
      positions[count + i] = base + scan_lowest(bits);
      bits &= bits - 1;
    }
    count += 8;
  }
  return end;
}

/// Flags the opening quote of each string that has one of the block's backslashes. `before` entries stood there ahead
/// of the block's own, `count` stand there now; `open_quote` is that of a string begun in an earlier block.
static inline void scan_mark_escapes(
    uint32_t *positions, size_t before, size_t count, size_t open_quote, uint64_t structural, scan_strings strings,
    uint64_t backslash) {
  const uint64_t opening = strings.quote & strings.inside, closing = strings.quote & ~strings.inside;
  while (backslash) {
    const uint64_t ahead = (backslash & -backslash) - 1;
    const uint64_t opened = opening & ahead;
    if (opened) open_quote = before + scan_count(structural & (scan_only_highest(opened) - 1)) + 1;
    if (open_quote - 1 < count) positions[open_quote - 1] |= SLUICE_SCAN_ESCAPED;
    const uint64_t closed = closing & ~ahead;
    if (!closed) return;
    backslash &= ~(closed ^ (closed - 1));
  }
}

/// Keeps the error with the smallest place; a UTF-8 error where both kinds meet.
static inline void scan_note(sluice_scan_state *state, sluice_scan_error error, uint64_t at) {
  const int first = state->error == SLUICE_SCAN_OK || at < state->error_at;
  if (!first && !(at == state->error_at && error == SLUICE_SCAN_UTF8)) return;
  state->error = error;
  state->error_at = at;
}

#endif
