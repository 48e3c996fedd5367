#ifndef SLUICE_SCAN_KERNELS_H
#define SLUICE_SCAN_KERNELS_H

#include "Block.h"

size_t scan_portable(sluice_scan_state *, const uint8_t *, size_t, uint32_t, uint32_t *, size_t);
size_t scan_sse2(sluice_scan_state *, const uint8_t *, size_t, uint32_t, uint32_t *, size_t);
size_t scan_avx2(sluice_scan_state *, const uint8_t *, size_t, uint32_t, uint32_t *, size_t);
size_t scan_neon(sluice_scan_state *, const uint8_t *, size_t, uint32_t, uint32_t *, size_t);

/// What a call remembers of its quotes while it runs.
typedef struct scan_quotes_seen {
  /// The count of entries when the call began.
  size_t first;
  /// The count of entries ahead of the last block with a quote; SIZE_MAX when there was none.
  size_t last_block;
} scan_quotes_seen;

/// `open_quote` after a call that left `count` entries.
size_t scan_open_quote(
    const sluice_scan_state *now, scan_quotes_seen seen, const uint8_t *bytes, uint32_t base, const uint32_t *positions,
    size_t count);

#endif
