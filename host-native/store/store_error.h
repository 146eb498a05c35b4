// Why a store cannot be opened or read, in words for the operator.
#pragma once

#include <stdexcept>

namespace wa::native {

struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// Another program uses it: not a damage, and over when that one has stopped.
struct StoreBusy : StoreError {
  using StoreError::StoreError;
};

}  // namespace wa::native
