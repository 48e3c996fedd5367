#ifndef SLUICE_SCAN_UTF8_H
#define SLUICE_SCAN_UTF8_H

// UTF-8 byte by byte: for kernels without a vector check, for the borders of a call, and to find an error's place.

#include "Block.h"

/// The state within a character: how many bytes it still needs, and the range of the next one. Never 0.
SCAN_INLINE uint32_t scan_utf8_expect(uint32_t needed, uint32_t low, uint32_t high) {
  return needed | low << 8 | high << 16;
}

#define SCAN_UTF8_BAD UINT32_MAX

/// The state after a first byte of 0x80 or above.
SCAN_INLINE uint32_t scan_utf8_begin(uint8_t byte) {
  if (byte < 0xC2) return SCAN_UTF8_BAD;  // a continuation byte, or the start of an overlong form
  if (byte < 0xE0) return scan_utf8_expect(1, 0x80, 0xBF);
  if (byte < 0xF0) return scan_utf8_expect(2, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF);
  if (byte < 0xF5) return scan_utf8_expect(3, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF);
  return SCAN_UTF8_BAD;
}

/// The state after one more byte, when `state` is not 0.
SCAN_INLINE uint32_t scan_utf8_continue(uint32_t state, uint8_t byte) {
  if (byte < ((state >> 8) & 0xFF) || byte > state >> 16) return SCAN_UTF8_BAD;
  const uint32_t needed = (state & 0xFF) - 1;
  return needed ? scan_utf8_expect(needed, 0x80, 0xBF) : 0;
}

SCAN_INLINE int scan_utf8_is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/// The first byte of the character that `bytes[at - 1]` belongs to, where that may still need bytes; else `at`.
/// Needs three bytes ahead of `at`.
SCAN_INLINE size_t scan_utf8_resume(const uint8_t *bytes, size_t at) {
  size_t start = at - 1;
  while (start > at - 3 && scan_utf8_is_continuation(bytes[start])) start--;
  return bytes[start] >= 0xC0 ? start : at;
}

/// Where the character broken by the byte at `at` begins, where that is within `bytes`; else `at`.
SCAN_INLINE size_t scan_utf8_first_byte(const uint8_t *bytes, size_t at) {
  size_t start = at;
  while (start > 0 && scan_utf8_is_continuation(bytes[start - 1])) start--;
  return start > 0 ? start - 1 : at;
}

/// Checks the block at `bytes + block`, with the character that the block before it left unfinished.
static inline void scan_utf8_by_byte(sluice_scan_state *state, const uint8_t *bytes, size_t block, uint32_t base) {
  size_t at = block ? scan_utf8_resume(bytes, block) : 0;
  uint32_t now = block ? 0 : state->utf8;
  for (; at < block + 64; at++) {
    if (now == 0 && bytes[at] < 0x80) continue;
    const uint32_t next = now ? scan_utf8_continue(now, bytes[at]) : scan_utf8_begin(bytes[at]);
    if (next == SCAN_UTF8_BAD) {
      scan_note(state, SLUICE_SCAN_UTF8, base + (uint64_t)(now ? scan_utf8_first_byte(bytes, at) : at));
      return;
    }
    now = next;
  }
  state->utf8 = now;
}

#endif
