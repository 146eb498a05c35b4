// What the service keeps about the account itself: its privacy settings, its picture. One query each; every command
// that was taken ends in its *Done event. Not obligations: lost with the link.
#pragma once

#include "client/account/contract.h"
#include "client/link/out.h"

namespace wa::client {

class AccountSettings {
 public:
  static Result<void> execute(const AskPrivacy&, Out&, Turn&);
  static Result<void> execute(const AskStatusPrivacy&, Out&, Turn&);
  static Result<void> execute(const SetOwnPicture&, Out&, Turn&);
  static void on_answer(const PrivacyQuery&, const QueryAnswer&, Out&, Turn&);
  static void on_answer(const StatusPrivacyQuery&, const QueryAnswer&, Out&, Turn&);
  static void on_answer(const OwnPictureQuery&, const QueryAnswer&, Out&, Turn&);
  static void on(const OwnNameNotice&, Out&, Turn&);
  static void on_online(Out& out, Turn& turn) { learn_privacy(out, turn); }

  static void learn_privacy(Out&, Turn&);  // asks, unless it is known (rows/privacy_row.h)
};

}  // namespace wa::client
