#pragma once

#include <string>

#include "protocol/codec.hpp"

/// What the microbenchmarks work on: a message as people write them.
namespace klatsch::micro {

inline std::string example_text() {
  return std::string(100, 'x');
}

inline protocol::message example_message() {
  return {"beach", 123456, 1790000000123, {"k7m2p9xa", "Ann"}, example_text(), "c-0001"};
}

} // namespace klatsch::micro
