#pragma once

#include <stdexcept>

namespace klatsch::persistence {

/// A value in the store that klatsch has not written, or that is damaged. Caught by the stores,
/// never seen outside of them.
class foreign_content : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

} // namespace klatsch::persistence
