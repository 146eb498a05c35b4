// History sync: what the phone says of a history, and what is told of reading it.
#pragma once

#include <string>

#include "appstate/patch.h"
#include "base/kinds.h"

namespace wa::client {

// `request_id`: of what asked for it (RequestHistory); empty: the phone sent it by itself.
struct HistoryProgress {
  std::string sync_type;
  std::uint32_t progress = 0, chunk = 0, conversations = 0;
  std::string request_id = {};
};

struct HistoryNotification {
  std::string stanza_id;
  std::int32_t sync_type = 0;
  std::uint32_t chunk = 0, progress = 0;
  Bytes inline_payload;             // zlib; empty: `file`
  appstate::BlobReference file;
  std::string request_id = {};
};

struct HistoryContract {
  using Commands = Kinds<>;
  using Events = Kinds<HistoryProgress>;
  using Queries = Kinds<>;
};

}  // namespace wa::client
