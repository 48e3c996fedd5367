#ifndef SLUICE_STRUCTURAL_SCAN_H
#define SLUICE_STRUCTURAL_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// JSON bytes in, positions of structural characters out: 64 bytes a step, with everything a step has to know of the
/// one before it in `sluice_scan_state`.
///
/// A position is written for each of `{ } [ ] : ,` outside strings, for each quote that opens or closes a string, and
/// for the first byte of each scalar (a run of bytes outside strings that are neither of those nor white space).
/// White space is exactly space, tab, line feed and carriage return. No grammar is checked here, but two things that
/// only a look at every byte can find are: UTF-8 (also inside skipped parts) and control bytes inside strings.

typedef enum sluice_scan_error {
  SLUICE_SCAN_OK = 0,
  /// A byte below 0x20 inside a string.
  SLUICE_SCAN_CONTROL = 1,
  /// Not UTF-8: overlong, surrogate, above U+10FFFF, stray continuation, or a sequence cut short.
  SLUICE_SCAN_UTF8 = 2,
} sluice_scan_error;

/// The topmost bit of an opening quote's position: the string has at least one backslash.
#define SLUICE_SCAN_ESCAPED 0x80000000u

/// Zero-initialise it for the first byte of a source.
typedef struct sluice_scan_state {
  /// All ones when the next byte lies inside a string, else 0.
  uint64_t in_string;
  /// 1 when the next byte is escaped by a backslash before it, else 0.
  uint64_t escaped;
  /// 1 when the last byte belonged to a scalar, else 0.
  uint64_t scalar;
  /// Where in `positions` the last opening quote was written, plus 1; 0 when there was none. A caller that moves
  /// positions down between calls subtracts what it moved by.
  size_t open_quote;
  /// The state of the UTF-8 check between calls; opaque, 0 between characters.
  uint32_t utf8;
  /// Line feeds seen so far, in and outside strings.
  uint64_t lines;
  /// The first error, if any; scanning stops to be meaningful there.
  sluice_scan_error error;
  /// Where the first error lies, in the coordinates of `base`. For a multi-byte UTF-8 error: the first byte of the bad
  /// sequence where it begins in this call, else the byte that made it bad.
  uint64_t error_at;
} sluice_scan_state;

/// Scans `length` bytes (a multiple of 64) and appends to `positions`, that hold `count` entries already and must have
/// room for `length` + 64 more. The byte `bytes[i]` is written as `base + i`, which must stay below 2^31.
/// Returns the new count.
typedef size_t (*sluice_scan_function)(
    sluice_scan_state *state, const uint8_t *bytes, size_t length, uint32_t base, uint32_t *positions, size_t count);

typedef enum sluice_scan_kernel {
  SLUICE_SCAN_PORTABLE = 0,
  SLUICE_SCAN_SSE2 = 1,
  SLUICE_SCAN_AVX2 = 2,
  SLUICE_SCAN_NEON = 3,
} sluice_scan_kernel;

/// The function of a kernel, or NULL where this machine cannot run it.
sluice_scan_function sluice_scan_function_for(sluice_scan_kernel kernel);

/// The fastest kernel of this machine.
sluice_scan_kernel sluice_scan_best(void);

/// To be called after the last byte: reports a UTF-8 sequence cut short by the end (SLUICE_SCAN_UTF8), else nothing.
void sluice_scan_finish(sluice_scan_state *state, uint64_t end);

/// Where the first line feed of `length` bytes lies, or `length`.
static inline size_t sluice_scan_line_feed(const void *bytes, size_t length) {
  const void *found = length ? memchr(bytes, '\n', length) : NULL;
  return found ? (size_t)((const char *)found - (const char *)bytes) : length;
}

#endif
