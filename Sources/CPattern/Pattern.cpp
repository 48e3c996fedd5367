#include "CPattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string>

struct sluice_pattern {
  sluice_pattern(const std::string &text, const re2::RE2::Options &options) : expression(text, options) {}

  re2::RE2 expression;
};

namespace {

re2::RE2::Options options(int64_t memory) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(memory);
  return options;
}

sluice_pattern_fault_kind kind(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorRepeatSize: return SLUICE_PATTERN_REPETITION;
    case re2::RE2::ErrorPatternTooLarge: return SLUICE_PATTERN_TOO_LARGE;
    default: return SLUICE_PATTERN_SYNTAX;
  }
}

/// RE2's message without the part of the expression that follows it.
std::string reason(const re2::RE2 &expression) {
  const std::string &message = expression.error();
  const std::string part = ": " + expression.error_arg();
  const bool isNamed = message.size() > part.size() && message.compare(message.size() - part.size(), part.size(), part) == 0;
  return isNamed ? message.substr(0, message.size() - part.size()) : message;
}

template <size_t room>
void copy(const std::string &text, char (&to)[room]) {
  const size_t length = std::min(text.size(), room - 1);
  std::copy_n(text.data(), length, to);
  to[length] = 0;
}

}  // namespace

sluice_pattern *sluice_pattern_compile(const char *text, size_t length, int64_t memory, sluice_pattern_fault *fault) {
  try {
    auto pattern = std::make_unique<sluice_pattern>(std::string(text, length), options(memory));
    if (pattern->expression.ok()) return pattern.release();
    fault->kind = kind(pattern->expression.error_code());
    copy(reason(pattern->expression), fault->reason);
    copy(pattern->expression.error_arg(), fault->part);
  } catch (...) {
    *fault = {SLUICE_PATTERN_NO_MEMORY, "", ""};
  }
  return nullptr;
}

void sluice_pattern_free(sluice_pattern *pattern) { delete pattern; }

int64_t sluice_pattern_size(const sluice_pattern *pattern) { return pattern->expression.ProgramSize(); }

int sluice_pattern_matches(const sluice_pattern *pattern, const char *bytes, size_t length) {
  try {
    return pattern->expression.Match({bytes, length}, 0, length, re2::RE2::ANCHOR_BOTH, nullptr, 0);
  } catch (...) {
    return -1;
  }
}
