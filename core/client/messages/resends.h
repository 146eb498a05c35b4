// Devices that could not decrypt what we sent (04 section 12), and users who changed their identity (04 section 13).
// A device of a group gets the message and our sender key, encrypted for it alone.
// The session and the ledger of our sender key are mended whether or not the message is still stored.
// Guarantees: a message goes again only to a device of its recipient, of a member of its group or of the own account (one
// with a proof: own_devices.h), at
// most kRetryAnswersMax times per device, and not after kRetryAnswerAgeMs; every retry receipt is acknowledged in the step
// that answers it. A bundle fetch that is cut off by a lost link is forgotten: the device asks again.
#pragma once

#include <vector>

#include "client/link/out.h"
#include "client/messages/sender_work.h"

namespace wa::client {

class Retries {
 public:
  void on_retry(const stanza::Receipt&, Out&, Turn&);
  void on_answer(const ResendQuery&, const QueryAnswer&, Out&, Turn&);
  void on_offline(Turn&) { std::vector<Pending>().swap(pending_); }

 private:
  struct Pending {          // waits for the bundle of `device`
    wire::Jid device, from;
    std::optional<wire::Jid> participant, recipient;
    std::string id;
    int count = 1;
  };
  enum class Mended : std::uint8_t { lost, as_it_was, anew };
  Mended mend_session(const stanza::Receipt&, const wire::Jid& device, const Account&, Turn&);
  void resend(const Pending&, Out&, Turn&);

  std::vector<Pending> pending_;
  SenderWork work_;
};

// The user installed anew: sessions, identities and device lists of all devices go; what was said stays.
void on_identity_change(const wire::Jid& user, const Account&, Turn&);

}  // namespace wa::client
