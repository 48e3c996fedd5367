// Eight bytes at a time through a table of classes: for machines without a kernel of their own.

#include "UTF8.h"

enum { QUOTE = 1, BACKSLASH = 2, OPERATOR = 4, WHITE = 8, CONTROL = 16, LINE_FEED = 32, NON_ASCII = 64 };

#define EIGHT(class) class, class, class, class, class, class, class, class
#define SIXTY_FOUR(class) \
  EIGHT(class), EIGHT(class), EIGHT(class), EIGHT(class), EIGHT(class), EIGHT(class), EIGHT(class), EIGHT(class)

static const uint8_t class_of[256] = {
    // 0x00
    EIGHT(CONTROL),
    CONTROL, CONTROL | WHITE, CONTROL | WHITE | LINE_FEED, CONTROL, CONTROL, CONTROL | WHITE, CONTROL, CONTROL,
    EIGHT(CONTROL), EIGHT(CONTROL),
    // 0x20: space ! " # $ % & ' ( ) * + , - . /
    WHITE, 0, QUOTE, 0, 0, 0, 0, 0, 0, 0, 0, 0, OPERATOR, 0, 0, 0,
    // 0x30: digits, then : ; < = > ?
    EIGHT(0), 0, 0, OPERATOR, 0, 0, 0, 0, 0,
    // 0x40: letters, with [ \ ] near the end
    EIGHT(0), EIGHT(0), EIGHT(0), 0, 0, 0, OPERATOR, BACKSLASH, OPERATOR, 0, 0,
    // 0x60: letters, with { | } near the end
    EIGHT(0), EIGHT(0), EIGHT(0), 0, 0, 0, OPERATOR, 0, OPERATOR, 0, 0,
    // 0x80
    SIXTY_FOUR(NON_ASCII), SIXTY_FOUR(NON_ASCII),
};

/// One bit of each of eight bytes, gathered into the lowest eight bits.
SCAN_INLINE uint64_t gather(uint64_t classes, int class) {
  const uint64_t bits = classes / (uint64_t)class & 0x0101010101010101ull;
  return bits * 0x0102040810204080ull >> 56;
}

SCAN_INLINE scan_masks scan_classify(const uint8_t *block) {
  scan_masks masks = {0};
  for (unsigned i = 0; i < 64; i += 8) {
    uint64_t classes = 0;
    for (unsigned k = 0; k < 8; k++) classes |= (uint64_t)class_of[block[i + k]] << (8 * k);
    masks.quote |= gather(classes, QUOTE) << i;
    masks.backslash |= gather(classes, BACKSLASH) << i;
    masks.operators |= gather(classes, OPERATOR) << i;
    masks.white |= gather(classes, WHITE) << i;
    masks.control |= gather(classes, CONTROL) << i;
    masks.line_feed |= gather(classes, LINE_FEED) << i;
    masks.non_ascii |= gather(classes, NON_ASCII) << i;
  }
  return masks;
}

SCAN_INLINE uint64_t scan_prefix_xor(uint64_t bits) { return scan_prefix_xor_by_shifts(bits); }

SCAN_INLINE void scan_utf8(
    sluice_scan_state *state, const uint8_t *bytes, size_t block, size_t length, uint32_t base) {
  (void)length;
  scan_utf8_by_byte(state, bytes, block, base);
}

#define SCAN_KERNEL scan_portable
#define SCAN_TARGET
#include "Kernel.h"
