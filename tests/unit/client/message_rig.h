// A connected Client and people to write with: their devices are real Signal parties on rows of their own, the service
// between them is the test.
#pragma once

#include "client/messages/envelope.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/message_context.h"
#include "client/messages/padding.h"
#include "client/messages/read_content.h"
#include "client_rig.h"
#include "proto/writer.h"
#include "signal/sender_key.h"
#include "unit/signal/party.h"
#include "unit/stanza/xml.h"

namespace wa::client {

inline Bytes build_body_content(const MessageBody& body, const wire::Jid& chat, WallTime now, Random& random) {
  return write_body(body, chat, now, random).content;
}

// A text without a secret; the author is that of what it quotes.
inline Bytes build_text_content(const std::string& text, const std::optional<SendText::Quote>& quote,
                                const wire::Jid& quoted_author, std::span<const wire::Jid> mentioned = {}) {
  MessageContext context;
  context.quoted = quote;
  if (quote) context.quoted->participant = quoted_author;
  context.mentioned = {mentioned.begin(), mentioned.end()};
  proto::Writer plain;
  return with_context(plain.text(1, text).written(), context);
}

}  // namespace wa::client

namespace wa::test {

inline wire::Jid jid(std::string_view text) { return *wire::parse_jid(text); }

// The kinds of messages, and what each asks of the stanza around it (04 sections 8, 12; 07 section 1). A poll's meta, an
// edit's "1" and a revoke's "7" (ours) and "8" (another's) are those of the public clients.
struct KindOfMessage {
  const char* name;
  client::MessageBody body;
  const char *attrs, *enc, *meta;
  bool reported = true;
};
inline std::vector<KindOfMessage> kinds_of_messages(const std::optional<wire::Jid>& author) {
  using namespace client;
  const MessageRef ours{"3EB0AA", true, {}}, theirs{"3EB0AA", false, author};
  const char* hidden = " decrypt-fail='hide'";
  return {{"reaction", EmojiReaction{theirs, "x"}, "type='reaction'", hidden, ""},
          {"poll", Poll{"Lunch?", {"a", "b"}, false}, "type='poll'", "", "<meta polltype='creation'/>"},
          {"location", Location{-23.5, -46.25, "", "", "", ""}, "type='media'", " mediatype='location'", "", false},
          {"contact", ContactCards{{{"A", "V"}}}, "type='media'", " mediatype='vcard'", ""},
          {"contacts", ContactCards{{{"A", "V"}, {"B", "W"}}}, "type='media'", " mediatype='contact_array'", "", false},
          {"edit", Edit{ours, "better"}, "type='text' edit='1'", hidden, ""},
          {"revoke of ours", Revoke{ours}, "type='text' edit='7'", "", ""},
          {"revoke by an admin", Revoke{theirs}, "type='text' edit='8'", "", ""}};
}

// Of what others can report: a message that has a secret, and no Message inside.
inline std::string reporting_of(const KindOfMessage& kind) {
  using namespace client;
  const bool has = !std::holds_alternative<EmojiReaction>(kind.body) && !std::holds_alternative<Edit>(kind.body) &&
                   !std::holds_alternative<Revoke>(kind.body) && kind.reported;
  return has ? "<reporting><reporting_token v='2'>{}</reporting_token></reporting>" : "";
}

// A message as text, without what differs each time: its id, its hash, what is encrypted.
inline void blank(wire::Node& node) {
  for (auto& [key, value] : node.attrs) {
    if (node.tag == "message" && key == "id") value = std::string("ID");
    if (key == "phash") value = std::string("PHASH");
  }
  if (auto* bytes = std::get_if<Bytes>(&node.content)) bytes->clear();
  if (auto* children = std::get_if<wire::Node::Children>(&node.content)) {
    for (wire::Node& child : *children) blank(child);
  }
}
inline std::string shape(wire::Node node) {
  blank(node);
  return xml(node);
}

// One device of somebody. `party.address` is how we name it; `own` is how it names us.
struct Device {
  wire::Jid lid, pn;
  Party party;
  Device(std::string_view lid_text, std::string_view pn_text, std::uint64_t seed)
      : lid(jid(lid_text)), pn(jid(pn_text)), party("", seed) { party.address = signal::address_of(lid); }
};

struct MessageRig : ClientRig {
  MessageRig() : ClientRig(true) {
    go_online();
    server.received.clear();
    events.clear();
  }

  Device friend_phone{"70000000000002@lid", "5511888888888@s.whatsapp.net", 11};
  Device friend_web{"70000000000002:3@lid", "5511888888888:3@s.whatsapp.net", 12};
  Device own_phone{"90000000000001@lid", "5511999999999@s.whatsapp.net", 13};
  const signal::Address us = signal::address_of(jid("90000000000001:7@lid"));

  // --- what a device sends to us
  wire::Node enc_from(Device& from, ByteView content, bool padded = true) {
    store::Txn txn(from.party.rows);
    if (!signal::has_session(txn, us)) {
      REQUIRE(signal::start_session(txn, from.party.own, us, our_bundle(), from.party.random).ok());
    }
    const Bytes plain = padded ? client::pad(content, from.party.random) : to_bytes(content);
    auto sealed = signal::encrypt_for(txn, us, plain);
    REQUIRE(sealed.ok());
    from.party.commit(txn);
    wire::Node enc("enc");
    enc.attr("v", "2").attr("type", sealed->is_prekey ? "pkmsg" : "msg").bytes(sealed->message);
    return enc;
  }
  wire::Node message_from(const Device& from, std::string_view id, bool by_lid = true) {
    wire::Node node("message");
    node.attr("from", by_lid ? from.lid : from.pn).attr("id", id).attr("t", std::uint64_t{1'750'000'100}).attr("type", "text");
    node.attr("notify", "Friend");
    if (by_lid) return std::move(node.attr("sender_pn", from.pn.user_jid()));
    return node;
  }
  wire::Node text_from(Device& from, std::string_view id, const std::string& text, bool by_lid = true) {
    wire::Node node = message_from(from, id, by_lid);
    node.child(enc_from(from, client::build_text_content(text, {}, {})));
    return node;
  }
  signal::RemoteBundle our_bundle() {
    const client::Account account = stored();
    store::Txn txn(disk);
    const signal::Prekey prekey = signal::take_prekey(txn, random_);
    const auto signed_prekey = signal::current_signed_prekey(txn);
    disk.apply(txn.take());
    signal::RemoteBundle out;
    out.registration_id = account.registration_id;
    out.identity = account.identity.public_key;
    out.signed_prekey_id = signed_prekey->id;
    out.signed_prekey = signed_prekey->key.public_key;
    out.signed_prekey_signature = signed_prekey->signature;
    out.prekey = {prekey.id, prekey.key.public_key};
    return out;
  }

  // --- what the service answers
  struct List { wire::Jid user; std::vector<std::uint16_t> ids; std::optional<wire::Jid> lid; };
  void answer_devices(const std::vector<List>& lists) {
    wire::Node list("list");
    for (const List& one : lists) {
      wire::Node user("user"), devices("devices"), ids("device-list");
      for (const std::uint16_t id : one.ids) {
        wire::Node device("device");
        device.attr("id", std::uint64_t{id});
        if (id != 0) device.attr("key-index", std::uint64_t{1});
        ids.child(std::move(device));
      }
      devices.child(std::move(ids));
      user.attr("jid", one.user).child(std::move(devices));
      if (one.lid) user.child(std::move(wire::Node("lid").attr("val", *one.lid)));
      list.child(std::move(user));
    }
    wire::Node usync("usync");
    usync.child(std::move(list));
    answer("usync", {std::move(usync)});
  }
  static wire::Node bundle_node(Device& of, bool by_lid = true) {
    const signal::RemoteBundle bundle = of.party.bundle();
    const auto leaf = [](std::string_view tag, ByteView bytes) { return std::move(wire::Node(tag).bytes(bytes)); };
    wire::Node user("user"), skey("skey"), key("key");
    skey.child(leaf("id", be_bytes(bundle.signed_prekey_id, 3))).child(leaf("value", bundle.signed_prekey));
    skey.child(leaf("signature", bundle.signed_prekey_signature));
    key.child(leaf("id", be_bytes(bundle.prekey->first, 3))).child(leaf("value", bundle.prekey->second));
    user.attr("jid", by_lid ? of.lid : of.pn).child(leaf("registration", be_bytes(bundle.registration_id, 4)));
    user.child(leaf("type", Bytes{5})).child(leaf("identity", bundle.identity)).child(std::move(skey)).child(std::move(key));
    return user;
  }
  void answer_bundles(std::vector<wire::Node> users) {
    wire::Node list("list");
    for (wire::Node& user : users) list.child(std::move(user));
    answer("encrypt", {std::move(list)});
  }
  void ack(const wire::Node& message, int error = 0, std::string_view phash = {}, bool refresh_lid = false) {
    wire::Node node("ack");
    node.attr("class", "message").attr("id", message.text_attr("id")).attr("from", *message.jid_attr("to"));
    node.attr("t", std::uint64_t{1'750'000'200});
    if (error != 0) node.attr("error", static_cast<std::uint64_t>(error));
    if (!phash.empty()) node.attr("phash", phash);
    if (refresh_lid) node.attr("refresh_lid", "true");
    say(node);
  }

  // A device could not read: it says so, perhaps with keys for a new session.
  void ask_again(Device& by, std::string_view id, const std::optional<wire::Jid>& group, bool with_keys,
                 int count = 1) {
    wire::Node receipt("receipt"), retry("retry"), registration("registration"), keys("keys");
    receipt.attr("from", group.value_or(by.lid)).attr("id", id).attr("type", "retry").attr("t", service_s());
    if (group) receipt.attr("participant", by.lid);
    retry.attr("count", static_cast<std::uint64_t>(count)).attr("id", id).attr("v", "1").attr("t", service_s());
    registration.bytes(be_bytes(by.party.own.registration_id, 4));
    receipt.child(std::move(retry)).child(std::move(registration));
    const wire::Node bundle = bundle_node(by);
    for (const wire::Node& child : bundle.children()) {
      if (child.tag != "registration") keys.child(wire::Node(child));
    }
    if (with_keys) receipt.child(std::move(keys));
    say(receipt);
  }
  // Everything it had with us is gone.
  void forget_us(Device& at) {
    store::Txn txn(at.party.rows);
    signal::erase_session(txn, us);
    at.party.commit(txn);
  }

  // --- what the client sent
  std::vector<wire::Node> sent(std::string_view tag) const {
    std::vector<wire::Node> out;
    for (const wire::Node& node : server.received) {
      if (node.tag == tag) out.push_back(node);
    }
    return out;
  }
  int queries(std::string_view xmlns) const {
    int out = 0;
    for (const wire::Node& node : server.received) out += node.tag == "iq" && node.text_attr("xmlns") == xmlns;
    return out;
  }
  // The content of an <enc> for a device, unpadded.
  std::optional<client::Content> open_at(Device& at, const wire::Node& enc) {
    store::Txn txn(at.party.rows);
    auto opened = enc.text_attr("type") == "pkmsg"
                      ? signal::decrypt_prekey_message(txn, at.party.own, us, enc.content_bytes(), at.party.random)
                      : signal::decrypt_message(txn, us, enc.content_bytes(), at.party.random);
    if (!opened) return std::nullopt;
    at.party.commit(txn);
    auto plain = client::unpad(std::move(opened->plaintext));
    REQUIRE(plain.ok());
    auto content = client::parse_content(*plain);
    REQUIRE(content.ok());
    return *std::move(content);
  }
  std::optional<client::Content> open_at(Device& at, const wire::Node& message, const wire::Jid& as) {
    const wire::Node* participants = message.child_named("participants");
    REQUIRE(participants);
    for (const wire::Node& to : participants->children()) {
      if (to.jid_attr("jid") == as) return open_at(at, *to.child_named("enc"));
    }
    return std::nullopt;
  }
  std::size_t rows(store::Table table) const {
    std::size_t out = 0;
    for (const auto& row : disk.rows()) out += row.first.table == table;
    return out;
  }
};

}  // namespace wa::test
