// What the content of a message says, by the row of its kind (kind.h). Pure functions. Guarantees: any bytes give
// something; what is not as it should be reads as missing, and lists end at their limits. A quoted message is read for
// its kind and its text only.
#pragma once

#include "client/messages/kinds/kind.h"

namespace wa::client {

inline constexpr int kWrappersMax = 8;   // within one another
// Of a Message without wrappers. Nothing that the reader knows or need not know: the type stays empty.
void read_kind(const proto::Reader& message, Content&);
// The message inside one wrapper takes the place of `message`, if that is one (07 section 2, 10 section 3).
bool unwrap(proto::Reader& message, Content&);
void unwrap_all(proto::Reader& message, Content&);
// A MessageKey; nullopt: without an id.
std::optional<PlaceholderKey> read_key(const proto::Reader&);
// The type and the text of a message, nothing else.
struct Summary { const char* type = ""; std::string text; };
Summary summary_of(proto::Reader message);
// It is about its `key` now: it changes that message, and has the type of the change.
void mark_change(Change, Content&);

}  // namespace wa::client
