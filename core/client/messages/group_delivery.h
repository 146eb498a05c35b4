// A message to a group (04 sections 5, 8): its members, their device lists, a session with each device that lacks our
// sender key, then one stanza: a ciphertext for everybody under that key, and the key itself for those devices.
// Guarantees: the next message to the group waits until the service took one that carried the key, so that nobody gets
// a message before its key; a device without a bundle holds up nobody, and is counted, as is a member without devices.
// It fails when the service refuses to tell the group, the group is too large, or none of the others has a device.
// Where the key is and when it is renewed: group_sender_keys.h.
#pragma once

#include <vector>

#include "client/link/out.h"
#include "client/messages/delivery.h"

namespace wa::client {

struct Group;
struct Readers;

class GroupDelivery {
 public:
  static bool carries(const wire::Jid& to, bool peer) { return !peer && to.server == wire::Server::group; }

  Progress advance(const Queued&, Out&, Turn&);
  Progress on_answer(const Answered&, const Queued&, const Account&, Turn&);
  // Tells who was mentioned; the devices that were given the key have it.
  void on_accepted(const Queued&, MessageSent&, Out&, Turn&);
  // True when the group is addressed otherwise than we thought: it is asked for again. Of other devices: the lists of
  // all members are forgotten, unless they were learnt a moment ago.
  bool on_ack(const stanza::Ack&, const Queued&, const Account&, Turn&);
  void put_back();
  void on_offline();
  bool incomplete() const { return false; }   // those left out ask by retry receipt
  Stage stage() const;

 private:
  struct Waiting {};
  struct AskingMembers {};
  struct AskingLists { std::uint8_t open = 0; bool failed = false; };
  struct AskingBundles { std::uint8_t open = 0; };
  struct AwaitingAck { std::vector<wire::Jid> given; };   // have the key when the service takes this

  Progress ask_members(const Queued&, Out&, Turn&);
  Progress ask_lists(const std::vector<wire::Jid>& members, const Queued&, Out&, Turn&);
  Progress ask_for(const std::vector<wire::Jid>& devices, const Queued&, Out&, Turn&);
  Progress send(const Queued&, const Group&, const Readers&, Out&, Turn&);
  Progress on_members(const GroupAnswer&);
  Progress on_lists(const ListsAnswer&);

  std::variant<Waiting, AskingMembers, AskingLists, AskingBundles, AwaitingAck> state_;
  std::uint8_t member_asks_ = 0, list_asks_ = 0, bundle_asks_ = 0;   // on this connection
  std::string phash_;   // over all devices of the group, as they were when it left the last time
};

// Members go to the row of the group.
GroupAnswer learn(const GroupQuery&, const QueryAnswer&, Turn&);

}  // namespace wa::client
