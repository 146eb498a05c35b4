// Table::device "read_receipts": whether the account shows others what it has read, since the settings were last told.
// Nothing else of the privacy settings is kept.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "store/store.h"

namespace wa::client {

using PrivacyCategories = std::vector<std::pair<std::string, std::string>>;  // "last" -> "contacts"

// False while it is not known: what was told cannot be taken back.
bool shows_what_was_read(const store::Txn&);
bool knows_privacy(const store::Txn&);
void note_read_receipts(store::Txn&, const PrivacyCategories&);
void forget_privacy(store::Txn&);

}  // namespace wa::client
