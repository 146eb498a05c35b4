// What people are called: by the address book and by themselves. Table::contacts: JID as text -> ContactRow.
// Guarantees: a name is cut at kNameBytesMax; a row that cannot be read counts as absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.h"
#include "wire/jid.h"

namespace wa::client {

struct ContactRow {
  std::string full_name, first_name;  // from the address book (app state)
  std::string push_name;              // what they call themselves
  std::int64_t names_ms = 0, push_ms = 0;  // when the record was made, and the message sent; 0: nobody said
  const std::string& shown() const {
    return !full_name.empty() ? full_name : !first_name.empty() ? first_name : push_name;
  }
};
std::optional<ContactRow> read_contact(ByteView row);
std::optional<ContactRow> load_contact(const store::Txn&, const wire::Jid& who);
void store_contact(store::Txn&, const wire::Jid& who, const ContactRow&);
// True when it changed something. `said_ms`: when it was so, 0: nobody says. A name that is older than what is known
// of the person, under either id, is none.
bool note_push_name(store::Txn&, const wire::Jid& who, std::string_view push_name, std::int64_t said_ms);

}  // namespace wa::client
