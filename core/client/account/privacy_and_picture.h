// What the service keeps about the account itself: its privacy settings, its picture. One query each; every command
// that was taken ends in its *Done event. Not obligations: lost with the link.
// Table::device "read_receipts": whether the account shows others what it has read, since the settings were last told.
#pragma once

#include "client/command.h"
#include "client/link/out.h"

namespace wa::client {

Result<void> ask_privacy(const AskPrivacy&, Out&, Turn&);
Result<void> set_own_picture(const SetOwnPicture&, Out&, Turn&);
void on_privacy_answer(const PrivacyQuery&, const QueryAnswer&, Turn&);

// False while it is not known: what was told cannot be taken back.
bool shows_what_was_read(const store::Txn&);
void learn_privacy(Out&, Turn&);  // asks, unless it is known
void forget_privacy(store::Txn&);
void on_picture_answer(const OwnPictureQuery&, const QueryAnswer&, Turn&);

}  // namespace wa::client
