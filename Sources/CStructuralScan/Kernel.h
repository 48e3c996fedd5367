// The loop over blocks that every kernel compiles for its own instructions. A kernel defines, before it includes this:
//
//   SCAN_KERNEL   the name of its function
//   SCAN_TARGET   the attribute that allows its instructions, or nothing
//   scan_masks scan_classify(const uint8_t *block)
//   uint64_t scan_prefix_xor(uint64_t bits)
//   void scan_utf8(sluice_scan_state *state, const uint8_t *bytes, size_t block, size_t length, uint32_t base)
//       checks a block that has bytes of 0x80 or above or follows an unfinished character; leaves `state->utf8`
//       non-zero while one is unfinished, and exact after the last block of the call

#include "Block.h"
#include "Kernels.h"

/// The strings of a block with backslashes in it or just before it.
SCAN_TARGET static inline scan_strings scan_strings_with_escapes(const scan_masks *masks, sluice_scan_state *now) {
  uint64_t carry = now->escaped;
  scan_strings strings;
  strings.quote = masks->quote & ~scan_escaped(masks->backslash, &carry);
  strings.inside = scan_prefix_xor(strings.quote) ^ now->in_string;
  if (masks->backslash & ~strings.inside) strings = scan_strings_by_byte(masks, now, &carry);
  now->escaped = carry;
  return strings;
}

SCAN_TARGET size_t SCAN_KERNEL(
    sluice_scan_state *state, const uint8_t *bytes, size_t length, uint32_t base, uint32_t *positions, size_t count) {
  if (state->error != SLUICE_SCAN_OK) return count;
  sluice_scan_state now = *state;
  scan_quotes_seen seen = {count, SIZE_MAX};
  for (size_t block = 0; block < length && now.error == SLUICE_SCAN_OK; block += 64) {
    const scan_masks masks = scan_classify(bytes + block);
    scan_strings strings;
    if (masks.backslash | now.escaped) {
      strings = scan_strings_with_escapes(&masks, &now);
    } else {
      strings.quote = masks.quote;
      strings.inside = scan_prefix_xor(masks.quote) ^ now.in_string;
    }

    const uint64_t scalar = ~(masks.operators | masks.white | strings.quote | strings.inside);
    const uint64_t scalar_start = scalar & ~(scalar << 1 | now.scalar);
    const uint64_t structural = (masks.operators & ~strings.inside) | strings.quote | scalar_start;
    const size_t before = count;
    count = scan_write(positions, count, structural, base + (uint32_t)block);

    const uint64_t backslash = masks.backslash & strings.inside;
    if (backslash) {
      // Nothing is written inside a string: one begun in an earlier block of this call is the last entry.
      const size_t open_quote = before == seen.first ? state->open_quote : before;
      scan_mark_escapes(positions, before, count, open_quote, structural, strings, backslash);
    }
    if (strings.quote) seen.last_block = before;
    now.in_string = 0 - (strings.inside >> 63);
    now.scalar = scalar >> 63;
    now.lines += scan_count(masks.line_feed);

    const uint64_t control = masks.control & strings.inside;
    if (control) scan_note(&now, SLUICE_SCAN_CONTROL, (uint64_t)base + block + scan_lowest(control));
    if (masks.non_ascii | now.utf8) scan_utf8(&now, bytes, block, length, base);
  }
  now.open_quote = scan_open_quote(&now, seen, bytes, base, positions, count);
  *state = now;
  return count;
}
