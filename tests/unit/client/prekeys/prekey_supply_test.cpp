#include <set>

#include "crypto/hash.h"
#include "signal/prekeys.h"
#include "unit/client/client_rig.h"

namespace prekey_test {

using namespace wa;
using client::LinkState;
using test::ClientRig;

namespace {

const wire::Node* upload_of(const ClientRig& rig) {
  const wire::Node* query = rig.last_query("encrypt");
  return query && query->child_named("list") ? query : nullptr;
}

std::set<Bytes> ids_of(const wire::Node& upload) {
  std::set<Bytes> out;
  for (const wire::Node& key : upload.child_named("list")->children()) out.insert(to_bytes(key.child_named("id")->content_bytes()));
  return out;
}

wire::Node count_of(std::uint64_t left) { return std::move(wire::Node("count").attr("value", left)); }

void settle_uploads(ClientRig& rig) {
  rig.answer("encrypt");                      // the upload
  rig.answer("encrypt", {count_of(rig.config.prekey_count)});
}

wire::Node low(std::uint64_t left) {
  return std::move(wire::Node("notification").attr("type", "encrypt").attr("from", wire::server_jid()).attr("id", "low1")
                       .child(count_of(left)));
}

int uploads(const ClientRig& rig) {
  int out = 0;
  for (const wire::Node& node : rig.server.received) out += node.text_attr("xmlns") == "encrypt" && node.child_named("list");
  return out;
}

}  // namespace

TEST_CASE("the first login uploads every prekey in one query, stored before it leaves") {
  ClientRig rig(true);
  rig.config.prekey_count = 300;
  rig.go_online();
  const wire::Node* upload = upload_of(rig);
  REQUIRE(upload);
  const wire::Node sent = *upload;
  CHECK(ids_of(sent).size() == 300);
  store::Txn txn(rig.disk);
  for (const wire::Node& key : sent.child_named("list")->children()) {
    const auto stored = signal::load_prekey(txn, static_cast<std::uint32_t>(read_be(key.child_named("id")->content_bytes())));
    REQUIRE(stored);
    CHECK(equal(stored->key.public_key, key.child_named("value")->content_bytes()));
  }
  CHECK(equal(sent.child_named("identity")->content_bytes(), rig.stored().identity.public_key));
  CHECK(read_be(sent.child_named("registration")->content_bytes()) == rig.stored().registration_id);
  CHECK(crypto::xeddsa_verify(rig.stored().identity.public_key,
                              concat({Bytes{5}, sent.child_named("skey")->child_named("value")->content_bytes()}),
                              sent.child_named("skey")->child_named("signature")->content_bytes()));

  SECTION("a lost link sends the same keys again") {
    rig.closed();
    rig.advance(2'000);
    rig.success();
    REQUIRE(upload_of(rig));
    CHECK(ids_of(*upload_of(rig)) == ids_of(sent));
  }
  SECTION("an error is tried again later, with the same keys") {
    rig.say(std::move(wire::Node("iq").attr("type", "error").attr("id", sent.text_attr("id")).attr("from", wire::server_jid())
                          .child(std::move(wire::Node("error").attr("code", std::uint64_t{503})))));
    CHECK(uploads(rig) == 1);
    rig.advance(61'000);
    CHECK(uploads(rig) == 2);
    CHECK(ids_of(*upload_of(rig)) == ids_of(sent));
  }
  SECTION("confirmed: the next login only counts") {
    settle_uploads(rig);
    rig.closed();
    rig.advance(2'000);
    rig.success();
    CHECK(uploads(rig) == 0);
    CHECK(rig.last_query("encrypt")->child_named("count"));
  }
}

TEST_CASE("few left: fresh keys in batches of at most 200, until full") {
  ClientRig rig(true);
  rig.config.prekey_count = 500;
  rig.go_online();
  const auto first = ids_of(*upload_of(rig));
  settle_uploads(rig);
  rig.say(low(4));
  CHECK(rig.last("ack")->text_attr("id") == "low1");
  REQUIRE(uploads(rig) == 2);
  const auto second = ids_of(*upload_of(rig));
  CHECK(second.size() == 200);
  for (const Bytes& id : second) CHECK(first.count(id) == 0);
  rig.say(low(4));                            // while one is on its way
  CHECK(uploads(rig) == 2);
  rig.answer("encrypt");
  rig.answer("encrypt", {count_of(204)});
  CHECK(uploads(rig) == 3);
  rig.answer("encrypt");
  rig.answer("encrypt", {count_of(404)});
  CHECK(ids_of(*upload_of(rig)).size() == 96);
  rig.answer("encrypt");
  rig.answer("encrypt", {count_of(500)});
  CHECK(uploads(rig) == 4);
}

TEST_CASE("a service that does not count what we upload is not flooded") {
  ClientRig rig(true);
  rig.config.prekey_count = 50;
  rig.go_online();
  for (int i = 0; i < 20 && rig.last_query("encrypt"); ++i) {
    const wire::Node* query = rig.last_query("encrypt");
    const bool counting = query->child_named("count");
    const bool digest = query->child_named("digest");
    if (digest) break;
    counting ? rig.answer("encrypt", {count_of(10)}) : rig.answer("encrypt");
  }
  CHECK(uploads(rig) <= 2);
}

TEST_CASE("a service that never knows our digest gets the keys once more, not for ever") {
  ClientRig rig(true);
  rig.config.prekey_count = 50;
  rig.go_online();
  std::size_t held = 0;  // counts the last upload only, as one server does
  for (int i = 0; i < 40 && rig.last_query("encrypt"); ++i) {
    const wire::Node query = *rig.last_query("encrypt");
    rig.server.received.clear();
    if (const wire::Node* list = query.child_named("list")) held = list->children().size();
    wire::Node answer("iq");
    answer.attr("id", query.text_attr("id")).attr("from", wire::server_jid());
    if (query.child_named("digest")) {
      answer.attr("type", "error").child(std::move(wire::Node("error").attr("code", std::uint64_t{404})));
    } else {
      answer.attr("type", "result");
      if (query.child_named("count")) answer.child(count_of(held));
    }
    rig.say(answer);
    REQUIRE(i < 12);
  }
  CHECK(rig.last_query("encrypt") == nullptr);
}

TEST_CASE("what the service holds is compared after login") {
  ClientRig rig(true);
  rig.config.prekey_count = 20;
  rig.go_online();
  rig.answer("encrypt");
  rig.answer("encrypt", {count_of(20)});
  const wire::Node* query = rig.last_query("encrypt");
  REQUIRE(query->child_named("digest"));
  store::Txn txn(rig.disk);
  const auto skey = *signal::current_signed_prekey(txn);
  const auto account = rig.stored();
  const auto digest = [&](ByteView identity, std::uint32_t skey_id) {
    wire::Node signed_prekey("skey");
    signed_prekey.child(std::move(wire::Node("id").bytes(be_bytes(skey_id, 3))))
        .child(std::move(wire::Node("value").bytes(skey.key.public_key)))
        .child(std::move(wire::Node("signature").bytes(skey.signature)));
    wire::Node out("digest");
    out.child(std::move(wire::Node("registration").bytes(be_bytes(account.registration_id, 4))))
        .child(std::move(wire::Node("type").bytes(Bytes{5})))
        .child(std::move(wire::Node("identity").bytes(identity)))
        .child(std::move(signed_prekey)).child(wire::Node("list")).child(std::move(wire::Node("hash").bytes(Bytes(20, 1))));
    return out;
  };
  SECTION("the same") {
    rig.answer("encrypt", {digest(account.identity.public_key, skey.id)});
    CHECK(uploads(rig) == 1);
  }
  SECTION("another identity") {
    rig.answer("encrypt", {digest(Bytes(32, 9), skey.id)});
    CHECK(uploads(rig) == 2);
  }
  SECTION("another signed prekey") {
    rig.answer("encrypt", {digest(account.identity.public_key, skey.id + 1)});
    CHECK(uploads(rig) == 2);
  }
  SECTION("nothing") {
    rig.say(std::move(wire::Node("iq").attr("type", "error").attr("id", query->text_attr("id")).attr("from", wire::server_jid())
                          .child(std::move(wire::Node("error").attr("code", std::uint64_t{404})))));
    CHECK(uploads(rig) == 2);
  }
}

TEST_CASE("the signed prekey is replaced every 27 days, and the old one still opens messages") {
  ClientRig rig(true);
  rig.config.prekey_count = 20;
  rig.go_online();
  settle_uploads(rig);
  std::uint32_t old_id = 0;
  {
    store::Txn txn(rig.disk);
    old_id = signal::current_signed_prekey(txn)->id;
  }
  REQUIRE(rig.execute(client::Stop{}).ok());
  rig.move(27LL * 86'400'000 + 1'000);
  rig.go_online();
  const wire::Node* rotation = nullptr;
  for (const wire::Node& node : rig.server.received) {
    if (node.child_named("rotate")) rotation = &node;
  }
  REQUIRE(rotation);
  store::Txn txn(rig.disk);
  const auto current = *signal::current_signed_prekey(txn);
  CHECK(current.id != old_id);
  CHECK(signal::load_signed_prekey(txn, old_id));
  CHECK(equal(rotation->child_named("rotate")->child_named("skey")->child_named("value")->content_bytes(), current.key.public_key));
}

TEST_CASE("every stanza that wants an acknowledgement gets one, once") {
  ClientRig rig(true);
  rig.go_online();
  const wire::Jid other{"5511900000001", wire::Server::pn};
  const auto stanza = [&](const char* tag, const char* type) {
    return std::move(wire::Node(tag).attr("id", "s1").attr("from", other).attr("type", type).attr("t", std::uint64_t{1}));
  };
  const wire::Node stanzas[] = {
      stanza("notification", "encrypt"),      stanza("notification", "never_heard_of"), stanza("notification", "devices"),
      stanza("notification", "server_sync"),  stanza("notification", "privacy_token"),  stanza("receipt", ""),
      stanza("receipt", "read"),              stanza("receipt", "retry"),               stanza("receipt", "odd"),
      stanza("call", ""),                     stanza("message", "text"),                stanza("status", "x"),
  };
  for (const wire::Node& node : stanzas) {
    INFO(node.tag + " " + node.text_attr("type"));
    const std::size_t before = rig.server.received.size();
    rig.say(node);
    int answers = 0;
    for (std::size_t i = before; i < rig.server.received.size(); ++i) {
      const std::string& tag = rig.server.received[i].tag;
      answers += (tag == "ack" || tag == "receipt") && rig.server.received[i].text_attr("id") == "s1";
    }
    CHECK(answers <= 1);
    if (node.tag != "status") CHECK(answers == 1);
    CHECK(rig.client->status().link == LinkState::online);
  }
}

}  // namespace prekey_test
