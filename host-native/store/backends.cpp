#include "store/backends.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "store/sqlite_store.h"

namespace wa::native {
namespace {

struct Backend {
  std::string_view name;
  OpenStore (*open)(const StoreOptions&);
};
constexpr Backend kBackends[] = {
    {"sqlite", open_sqlite},
};

}  // namespace

OpenStore open_store(std::string_view backend, const StoreOptions& options) {
  const auto found = std::ranges::find(kBackends, backend, &Backend::name);
  if (found == std::end(kBackends)) throw StoreError("there is no backend " + std::string(backend));
  return found->open(options);
}

}  // namespace wa::native
