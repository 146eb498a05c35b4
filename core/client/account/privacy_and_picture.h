// What the service keeps about the account itself: its privacy settings, its picture. One query each; every command
// that was taken ends in its *Done event. Not obligations: lost with the link.
#pragma once

#include "client/account/contract.h"
#include "client/link/out.h"

namespace wa::client {

Result<void> ask_privacy(const AskPrivacy&, Out&, Turn&);
Result<void> set_own_picture(const SetOwnPicture&, Out&, Turn&);
void on_privacy_answer(const PrivacyQuery&, const QueryAnswer&, Turn&);

void on_picture_answer(const OwnPictureQuery&, const QueryAnswer&, Turn&);
void learn_privacy(Out&, Turn&);  // asks, unless it is known (rows/privacy_row.h)

}  // namespace wa::client
