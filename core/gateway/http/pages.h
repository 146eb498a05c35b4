// Pages of the lists of the API: ?limit= and ?cursor=, and `next_cursor` of the answer (api.md 6.6). Without either a list is
// answered whole, as it was published, up to kListWholeMax entries.
// A cursor says after which key of which list to go on, and nothing of whose list it is: in another tenant's hands it is a place
// in that tenant's own list.
#pragma once

#include "gateway/http/reply.h"
#include "gateway/http/target.h"
#include "gateway/http/json_text.h"

namespace wa::gateway {

inline constexpr std::size_t kListPageMax = 1'000, kListPageDefault = 100, kListWholeMax = 10'000;

// Stands in cursors that callers hold: never reuse a letter.
enum class List : char {
  devices = 'd', own_devices = 'o', users = 'u', tenants = 't', contacts = 'c', chats = 'h', calls = 'l', labels = 'b',
  newest_chats = 'n',
};

struct PageAsked {
  List list;
  std::string after;          // a key of the list; empty: from the first
  std::size_t limit = kListPageDefault;
  bool paged = false;         // by limit or cursor
};

// Is this a key of the list? Keys come from callers.
using IsKey = bool (*)(std::string_view key);
// 400 naming what is wrong. `whole`: how many entries make the answer to who asks for no page.
std::optional<Failure> page_asked(const Target&, List, IsKey, PageAsked& out, std::size_t whole = kListWholeMax);

bool is_jid_key(std::string_view key);  // of the lists of chats and contacts

// The member `next_cursor`: in every page, null in the last; and where a whole list was cut.
void put_next(ObjectText& answer, const PageAsked&, bool more, std::string_view last);

}  // namespace wa::gateway
