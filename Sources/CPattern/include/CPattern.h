#ifndef SLUICE_PATTERN_H
#define SLUICE_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// RE2 behind plain C: no exception leaves it, nothing is logged.

/// A compiled expression. Any number of threads may match with it at once.
typedef struct sluice_pattern sluice_pattern;

typedef enum sluice_pattern_fault_kind {
  /// RE2 does not take `part`; `reason` says why.
  SLUICE_PATTERN_SYNTAX = 1,
  /// A repetition has a count that RE2 does not take.
  SLUICE_PATTERN_REPETITION = 2,
  /// What it compiles to is too large.
  SLUICE_PATTERN_TOO_LARGE = 3,
  SLUICE_PATTERN_NO_MEMORY = 4,
} sluice_pattern_fault_kind;

/// Why an expression does not compile. Both texts end with a zero byte and are cut where they are longer.
typedef struct sluice_pattern_fault {
  sluice_pattern_fault_kind kind;
  char reason[64];
  char part[64];
} sluice_pattern_fault;

/// Compiles a UTF-8 expression; `memory` bounds the bytes of the program and of the states kept while matching. Free it
/// with `sluice_pattern_free`. NULL where it does not compile: `fault` is filled then.
sluice_pattern *sluice_pattern_compile(const char *text, size_t length, int64_t memory, sluice_pattern_fault *fault);

void sluice_pattern_free(sluice_pattern *pattern);

/// Instructions of the program: a match takes at most so many steps for each byte.
int64_t sluice_pattern_size(const sluice_pattern *pattern);

/// 1 where all of the bytes match, 0 where they do not, -1 where memory is lacking.
int sluice_pattern_matches(const sluice_pattern *pattern, const char *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
