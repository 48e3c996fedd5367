#include "Kernels.h"

#if defined(__x86_64__)
static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt") &&
         __builtin_cpu_supports("pclmul");
}
#endif

sluice_scan_function sluice_scan_function_for(sluice_scan_kernel kernel) {
  switch (kernel) {
    case SLUICE_SCAN_PORTABLE: return scan_portable;
#if defined(__x86_64__)
    case SLUICE_SCAN_SSE2: return scan_sse2;
    case SLUICE_SCAN_AVX2: return has_avx2() ? scan_avx2 : 0;
#elif defined(__aarch64__)
    case SLUICE_SCAN_NEON: return scan_neon;
#endif
    default: return 0;
  }
}

sluice_scan_kernel sluice_scan_best(void) {
  static const sluice_scan_kernel fastest_first[] = {SLUICE_SCAN_AVX2, SLUICE_SCAN_NEON, SLUICE_SCAN_SSE2};
  for (size_t i = 0; i < sizeof fastest_first / sizeof *fastest_first; i++) {
    if (sluice_scan_function_for(fastest_first[i])) return fastest_first[i];
  }
  return SLUICE_SCAN_PORTABLE;
}

void sluice_scan_finish(sluice_scan_state *state, uint64_t end) {
  if (state->utf8 != 0) scan_note(state, SLUICE_SCAN_UTF8, end);
}

size_t scan_open_quote(
    const sluice_scan_state *now, scan_quotes_seen seen, const uint8_t *bytes, uint32_t base, const uint32_t *positions,
    size_t count) {
  if (seen.last_block == SIZE_MAX) return now->open_quote;
  if (now->in_string) return count;
  // The last quote closes a string, so the entry ahead of it is the quote that opened it.
  size_t closing = count - seen.last_block < 64 ? count : seen.last_block + 64;
  while (bytes[(positions[closing - 1] & ~SLUICE_SCAN_ESCAPED) - base] != '"') closing--;
  return closing - 1 == seen.first ? now->open_quote : closing - 1;
}
