// Collections of the app state: the question and its answer.
// Questions are IQs without the id: Requests gives it.
// Answers are read totally: one that lacks what its kind demands is Errc::bad_input.
// Facts: 05 section 6.
#pragma once

#include <span>

#include "base/result.h"
#include "stanza/inbound.h"

namespace wa::stanza {

struct CollectionRequest {
  std::string name;
  std::uint64_t version = 0;
  bool snapshot = false;         // then the version is left out
  std::optional<Bytes> patch;    // an upload
};
Node build_app_state_query(std::span<const CollectionRequest> collections);

struct CollectionAnswer {
  std::string name;
  std::optional<std::uint64_t> version;
  int error = 0;                 // 409 comes with patches
  std::optional<Bytes> snapshot; // an ExternalBlobReference
  std::vector<Bytes> patches;    // SyncdPatch each
  bool has_more = false;
};
Result<std::vector<CollectionAnswer>> parse_app_state(const Node& iq);

}  // namespace wa::stanza
