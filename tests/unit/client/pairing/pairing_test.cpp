#include "client/rows/direct_chats.h"
#include "adv.pb.h"
#include "client/pairing/pair_code.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "payload.pb.h"
#include "unit/client/client_rig.h"

namespace pairing_test {

using namespace wa;
using client::LinkState;
using test::ClientRig;

namespace {

wire::Node pair_device(int refs = 6) {
  wire::Node list("pair-device");
  for (int i = 0; i < refs; ++i) list.child(std::move(wire::Node("ref").bytes(view("ref" + std::to_string(i)))));
  wire::Node iq("iq");
  iq.attr("type", "set").attr("from", wire::server_jid()).attr("id", "pd1").child(std::move(list));
  return iq;
}

// The phone's side of the account signature (03 section 3).
struct Phone {
  crypto::KeyPair account;
  explicit Phone(Random& random) : account(crypto::KeyPair::generate(random)) {}

  Bytes identity_for(const crypto::PublicKey& companion, ByteView secret, Random& random) const {
    pb::ADVDeviceIdentity details;
    details.set_raw_id(77);
    details.set_timestamp(1'750'000'000);
    details.set_key_index(4);
    pb::ADVSignedDeviceIdentity signed_identity;
    signed_identity.set_details(details.SerializeAsString());
    signed_identity.set_account_signature_key(to_string(account.public_key));
    const Bytes message = concat({Bytes{6, 0}, view(signed_identity.details()), companion});
    signed_identity.set_account_signature(to_string(crypto::xeddsa_sign(account.private_key, message, random.array<64>())));
    pb::ADVSignedDeviceIdentityHMAC outer;
    outer.set_details(signed_identity.SerializeAsString());
    outer.set_hmac(to_string(crypto::hmac_sha256(secret, view(outer.details()))));
    return to_bytes(outer.SerializeAsString());
  }
};

wire::Node pair_success(ByteView identity, const char* number = "5511999999999", const Bytes& client_props = {}) {
  wire::Node success("pair-success");
  success.child(std::move(wire::Node("device-identity").bytes(identity)))
      .child(std::move(wire::Node("device").attr("jid", wire::Jid{number, wire::Server::pn, 7})
                           .attr("lid", wire::Jid{"90000000000001", wire::Server::lid, 7})))
      .child(std::move(wire::Node("platform").attr("name", "android")));
  if (!client_props.empty()) success.child(std::move(wire::Node("client-props").bytes(client_props)));
  wire::Node iq("iq");
  iq.attr("type", "set").attr("from", wire::server_jid()).attr("id", "ps1").child(std::move(success));
  return iq;
}

void begin(ClientRig& rig) {
  rig.start();
  REQUIRE(rig.link_up());
  rig.say(pair_device());
  REQUIRE(rig.client->status().link == LinkState::pairing);
}

wire::Node primary_hello(ByteView ref, ByteView wrapped, ByteView identity, bool with_key = true) {
  wire::Node hello("link_code_companion_reg");
  hello.attr("stage", "primary_hello").child(std::move(wire::Node("link_code_pairing_ref").bytes(ref)));
  if (with_key) hello.child(std::move(wire::Node("link_code_pairing_wrapped_primary_ephemeral_pub").bytes(wrapped)));
  hello.child(std::move(wire::Node("primary_identity_pub").bytes(identity)));
  wire::Node notification("notification");
  notification.attr("type", "link_code_companion_reg").attr("from", wire::server_jid()).attr("id", "n1").child(std::move(hello));
  return notification;
}

}  // namespace

TEST_CASE("QR: the first ref lives a minute, the others twenty seconds, then nobody came") {
  ClientRig rig(false);
  begin(rig);
  CHECK(rig.last("iq")->text_attr("id") == "pd1");
  CHECK(rig.last("iq")->text_attr("type") == "result");
  const std::string first = rig.client->qr()->text;
  CHECK(first.rfind("https://wa.me/settings/linked_devices#ref0,", 0) == 0);
  CHECK(first.substr(first.size() - 2) == ",1");
  CHECK(std::count(first.begin(), first.end(), ',') == 4);
  rig.advance(59'900);
  CHECK(rig.client->qr()->text == first);
  rig.advance(200);
  CHECK(rig.client->qr()->text.find("#ref1,") != std::string::npos);
  rig.advance(20'000);
  CHECK(rig.client->qr()->text.find("#ref2,") != std::string::npos);
  rig.advance(90'000);
  CHECK_FALSE(rig.client->qr());
  CHECK(rig.count<client::QrExhausted>() == 1);
  CHECK(rig.count<client::QrGenerated>() == 6);
  CHECK(rig.client->status().link == LinkState::idle);
  begin(rig);
  CHECK(rig.client->qr());
}

TEST_CASE("the keys of a device are stored before the service hears of them, and kept") {
  ClientRig rig(false);
  rig.start();
  const auto account = rig.stored();
  REQUIRE(account.registration_id != 0);
  CHECK(account.registration_id <= 16'380);
  rig.reopen();
  CHECK(rig.stored().identity.public_key == account.identity.public_key);
}

TEST_CASE("a refreshed secret redraws the QR") {
  ClientRig rig(false);
  begin(rig);
  const std::string before = rig.client->qr()->text;
  rig.say(std::move(wire::Node("notification").attr("type", "companion_reg_refresh").attr("from", wire::server_jid()).attr("id", "n3")
                        .child(wire::Node("companion_reg_refresh"))));
  CHECK(rig.client->qr()->text != before);
  CHECK(rig.last("ack")->text_attr("id") == "n3");
  CHECK(rig.count<client::QrGenerated>() == 2);
}

TEST_CASE("pair-success: durable before the reply, 515 logs in at once") {
  ClientRig rig(false);
  begin(rig);
  const Phone phone(rig.random_);
  const auto before = rig.stored();
  rig.say(pair_success(phone.identity_for(before.identity.public_key, before.adv_secret, rig.random_)));
  const wire::Node* reply = rig.last("iq");
  REQUIRE(reply->child_named("pair-device-sign"));
  CHECK(reply->child_named("pair-device-sign")->children().front().text_attr("key-index") == "4");
  const auto account = rig.stored();
  CHECK(account.paired);
  CHECK(account.pn.text() == "5511999999999:7@s.whatsapp.net");
  CHECK(account.lid.text() == "90000000000001:7@lid");
  CHECK(account.identity.public_key == before.identity.public_key);
  CHECK_FALSE(account.signed_device_identity.empty());
  CHECK(rig.count<client::PairSucceeded>() == 1);
  CHECK(rig.count<client::LoggedIn>() == 0);

  SECTION("515") { rig.say(std::move(wire::Node("stream:error").attr("code", std::uint64_t{515}))); }
  SECTION("the process dies instead") {
    rig.reopen();
    rig.tick();
  }
  pb::ClientPayload payload;
  REQUIRE(payload.ParseFromArray(rig.server.payload.data(), static_cast<int>(rig.server.payload.size())));
  CHECK(payload.username() == 5511999999999ULL);
  rig.success();
  CHECK(rig.count<client::LoggedIn>() == 1);
  CHECK_FALSE(rig.client->qr());
}

TEST_CASE("paired again: the chats of the same person stay, those of another go") {
  ClientRig rig(true);
  const store::Table kept[] = {store::Table::chats, store::Table::contacts, store::Table::calls, store::Table::lid_map};
  {
    store::Txn txn(rig.disk);
    for (const store::Table table : kept) txn.put(table, "z-row", Bytes{1});
    txn.put(store::Table::settings, "z-row", Bytes{1});
    rig.disk.apply(txn.take());
  }
  rig.go_online();
  rig.say(std::move(wire::Node("stream:error").attr("code", std::uint64_t{516})));
  REQUIRE_FALSE(rig.client->status().paired);
  for (const store::Table table : kept) CHECK(rig.disk.get({table, "z-row"}));
  begin(rig);
  const Phone phone(rig.random_);
  const auto keys = rig.stored();
  const bool same = GENERATE(true, false);
  rig.say(pair_success(phone.identity_for(keys.identity.public_key, keys.adv_secret, rig.random_),
                       same ? "5511999999999" : "5511777777777"));
  REQUIRE(rig.stored().paired);
  for (const store::Table table : kept) {
    INFO(static_cast<int>(table));
    CHECK(rig.disk.get({table, "z-row"}).has_value() == same);
  }
  CHECK(rig.disk.get({store::Table::settings, "z-row"}));
}

TEST_CASE("what pair-success says of the account decides what the login claims, and where direct chats go") {
  const struct { const char* name; Bytes props; bool claims, by_number; } kRows[] = {
      {"migrated", {0x08, 1}, true, false}, {"not migrated", {0x08, 0}, false, true},
      {"of something else", {0x10, 1}, false, false}, {"nothing", {}, false, false}, {"garbage", {0xff}, false, false}};
  for (const auto& row : kRows) {
    INFO(row.name);
    ClientRig rig(false);
    begin(rig);
    const Phone phone(rig.random_);
    const auto before = rig.stored();
    const Bytes identity = phone.identity_for(before.identity.public_key, before.adv_secret, rig.random_);
    rig.say(pair_success(identity, "5511999999999", row.props));
    rig.say(std::move(wire::Node("stream:error").attr("code", std::uint64_t{515})));
    pb::ClientPayload payload;
    REQUIRE(payload.ParseFromArray(rig.server.payload.data(), static_cast<int>(rig.server.payload.size())));
    CHECK(payload.lid_db_migrated() == row.claims);
    store::Txn txn(rig.disk);
    CHECK(client::direct_chats_go_by_number(txn) == row.by_number);
  }
}

TEST_CASE("a pair-success that is not signed for us changes nothing") {
  ClientRig rig(false);
  begin(rig);
  const Phone phone(rig.random_);
  const auto before = rig.stored();
  Bytes identity = phone.identity_for(before.identity.public_key, before.adv_secret, rig.random_);
  std::string expected = "401";
  SECTION("another secret") { identity = phone.identity_for(before.identity.public_key, Bytes(32, 1), rig.random_); }
  SECTION("another companion") { identity = phone.identity_for(phone.account.public_key, before.adv_secret, rig.random_); }
  SECTION("empty") {
    identity = {1, 2, 3};
    expected = "500";
  }
  rig.say(pair_success(identity));
  const wire::Node* reply = rig.last("iq");
  CHECK(reply->text_attr("type") == "error");
  REQUIRE(reply->child_named("error"));
  CHECK(reply->child_named("error")->text_attr("code") == expected);
  CHECK_FALSE(rig.stored().paired);
  CHECK_FALSE(rig.client->status().paired);
  CHECK(rig.count<client::PairFailed>() == 1);
}

TEST_CASE("pairing code: shown only when accepted, finished with the phone's hello") {
  ClientRig rig(false);
  rig.start();
  REQUIRE(rig.execute(client::RequestPairCode{5, "5511999999999"}).ok());
  CHECK_FALSE(rig.last_query("md"));      // waits for pair-device
  rig.say(pair_device());
  const wire::Node* hello = rig.last_query("md");
  REQUIRE(hello);
  const wire::Node wrapped = *hello->children().front().child_named("link_code_pairing_wrapped_companion_ephemeral_pub");
  CHECK(wrapped.content_bytes().size() == 80);
  CHECK(rig.count<client::PairCodeReady>() == 0);

  SECTION("refused") {
    wire::Node error("iq");
    error.attr("type", "error").attr("id", hello->text_attr("id")).attr("from", wire::server_jid());
    error.child(std::move(wire::Node("error").attr("code", std::uint64_t{400}).attr("text", "bad-request")));
    rig.say(error);
    CHECK(rig.event<client::PairCodeFailed>()->command == 5);
    CHECK(rig.event<client::PairCodeFailed>()->upstream_code == 400);
    CHECK(rig.execute(client::RequestPairCode{6, "5511999999999"}).ok());
    return;
  }
  rig.answer("md", {wire::Node("link_code_companion_reg").child(std::move(wire::Node("link_code_pairing_ref").bytes(view("REF"))))});
  REQUIRE(rig.count<client::PairCodeReady>() == 1);
  const std::string shown = rig.event<client::PairCodeReady>()->code;
  REQUIRE(shown.size() == 9);
  const std::string code = shown.substr(0, 4) + shown.substr(5);

  SECTION("finished") {
    const Phone phone(rig.random_);
    const auto ephemeral = crypto::KeyPair::generate(rig.random_);
    const Bytes sealed = client::wrap_ephemeral(code, ephemeral.public_key, rig.random_.array<32>(), rig.random_.array<16>());
    rig.say(primary_hello(view("REF"), sealed, phone.account.public_key));
    CHECK(rig.last("ack")->text_attr("id") == "n1");
    const wire::Node* finish = rig.last_query("md");
    REQUIRE(finish->children().front().text_attr("stage") == "companion_finish");
    // What the phone computes from its side must be the secret that is stored now.
    const auto companion = client::unwrap_ephemeral(code, wrapped.content_bytes());
    REQUIRE(companion.ok());
    const auto shared = crypto::x25519(ephemeral.private_key, *companion);
    const ByteView bundle = finish->children().front().child_named("link_code_pairing_wrapped_key_bundle")->content_bytes();
    const auto key = crypto::hkdf_sha256<32>(*shared, bundle.first(32), "link_code_pairing_key_bundle_encryption_key");
    const auto plain = crypto::gcm_open(key, bundle.subspan(32, 12), {}, bundle.subspan(44));
    REQUIRE(plain.ok());
    const auto identity = rig.stored().identity.public_key;
    CHECK(equal(ByteView(*plain).first(32), identity));
    const auto agreed = crypto::x25519(phone.account.private_key, identity);
    CHECK(equal(rig.stored().adv_secret, crypto::hkdf_sha256<32>(concat({*shared, *agreed, ByteView(*plain).subspan(64)}), {}, "adv_secret")));
    // A late refresh must not replace the secret the phone has agreed on.
    const auto secret = rig.stored().adv_secret;
    rig.say(std::move(wire::Node("notification").attr("type", "companion_reg_refresh").attr("from", wire::server_jid()).attr("id", "n9")
                          .child(wire::Node("companion_reg_refresh"))));
    CHECK(rig.stored().adv_secret == secret);
    rig.say(pair_success(phone.identity_for(identity, secret, rig.random_)));
    CHECK(rig.stored().paired);
  }
  SECTION("at most three hellos") {
    for (int i = 0; i < 4; ++i) rig.say(primary_hello(view("REF"), Bytes(80, 7), Bytes(32, 0)));
    CHECK(rig.event<client::PairFailed>()->reason == std::string("too_many_attempts"));
  }
  SECTION("a hello for another ref is acknowledged and ignored") {
    rig.say(primary_hello(view("OTHER"), Bytes(80, 7), Bytes(32, 9)));
    CHECK(rig.last("ack")->text_attr("id") == "n1");
    CHECK(rig.last_query("md")->children().front().text_attr("stage") == "companion_hello");
  }
  SECTION("no key in the hello: the account wants a passkey") {
    rig.say(primary_hello(view("REF"), {}, Bytes(32, 9), false));
    CHECK(rig.count<client::PasskeyRequired>() == 1);
    CHECK(rig.client->status().passkey_required);
    CHECK(rig.last("ack")->text_attr("id") == "n1");
  }
  SECTION("it expires") {
    rig.advance(181'000);
    CHECK(rig.event<client::PairFailed>()->reason == std::string("expired"));
  }
  SECTION("it dies with the connection") {
    rig.closed();
    CHECK(rig.event<client::PairFailed>()->reason == std::string("link_lost"));
  }
}

TEST_CASE("a passkey request is a state and an event") {
  ClientRig rig(false);
  begin(rig);
  rig.say(std::move(wire::Node("notification").attr("type", "passkey_prologue_request").attr("from", wire::server_jid()).attr("id", "n2")));
  CHECK(rig.client->status().passkey_required);
  CHECK(rig.count<client::PasskeyRequired>() == 1);
  CHECK(rig.last("ack")->text_attr("id") == "n2");
}

}  // namespace pairing_test
