// sender_key.json: group messages of other implementations, decrypted out of order, and reproduced bit for bit.
#include "signal/sender_key.h"
#include "store/memory_store.h"
#include "support/vectors.h"
#include "unit/signal/scripted_random.h"

using namespace wa;
using namespace wa::signal;
using nlohmann::json;
using test::hex_field;

namespace {

const Address kSender{"sender", 3};

std::string receive_all(const json& vector, store::MemoryStore& store) {
  store::Txn txn(store);
  const std::string group = vector["group"];
  const json& messages = vector["messages"];
  if (const auto early = decrypt_sender_key(txn, group, kSender, hex_field(messages[0], "message"));
      early || early.error().code != Errc::no_sender_key) {
    return "decrypted without a sender key";
  }
  if (!process_distribution(txn, group, kSender, hex_field(vector, "distribution_message"))) return "distribution refused";
  if (vector.contains("bad_signature_message")) {
    const auto bad = decrypt_sender_key(txn, group, kSender, hex_field(vector, "bad_signature_message"));
    if (bad || bad.error().code != Errc::bad_signature) return "wrong signature accepted";
  }
  for (const std::size_t index : vector["decrypt_order"]) {
    const auto plaintext = decrypt_sender_key(txn, group, kSender, hex_field(messages[index], "message"));
    if (!plaintext) return std::string("refused: ") + plaintext.error().detail;
    if (*plaintext != hex_field(messages[index], "plaintext")) return "plaintext differs";
  }
  if (vector.contains("replay_must_fail")) {
    const auto replay = decrypt_sender_key(txn, group, kSender, hex_field(messages[vector["replay_must_fail"].get<std::size_t>()], "message"));
    if (replay || replay.error().code != Errc::duplicate) return "replay accepted";
  }
  return "";
}

// The sender's side, where the vector tells what its author drew.
std::string send_all(const json& vector) {
  if (!vector["messages"][0].contains("sign_random64")) return "";
  store::MemoryStore store;
  store::Txn txn(store);
  test::ScriptedRandom random;
  random.feed(be_bytes(vector["key_id"].get<std::uint64_t>() << 1, 4));
  random.feed(hex_field(vector, "chain_key"));
  random.feed(hex_field(vector, "signing_private"));
  const std::string group = vector["group"];
  if (create_distribution(txn, group, kSender, random) != hex_field(vector, "distribution_message")) return "own distribution differs";
  for (const json& message : vector["messages"]) {
    random.feed(hex_field(message, "sign_random64"));
    const auto sent = encrypt_sender_key(txn, group, kSender, hex_field(message, "plaintext"), random);
    if (!sent || *sent != hex_field(message, "message")) return "own message differs";
  }
  return "";
}

WA_VECTORS("sender_key.json", file, report) {
  for (const json& vector : file["vectors"]) {
    store::MemoryStore store;
    std::string failure = receive_all(vector, store);
    if (failure.empty()) failure = send_all(vector);
    report.check(vector["name"], failure.empty(), failure);
  }
}

}  // namespace
