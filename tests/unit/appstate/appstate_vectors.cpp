#include "support/vectors.h"

#include "appstate/action.h"
#include "appstate/collection.h"
#include "store/memory_store.h"

using namespace wa;
using namespace wa::appstate;
using nlohmann::json;
using test::hex_field;

namespace {

// The vectors' JSON values as actions: independent of parse_action, which is compared with it.
std::optional<MessageRange> range_of(const json& action) {
  if (!action.contains("messageRange")) return std::nullopt;
  const json& from = action["messageRange"];
  MessageRange range;
  if (from.contains("lastMessageTimestamp")) range.last_message_s = from["lastMessageTimestamp"].get<std::int64_t>();
  if (from.contains("lastSystemMessageTimestamp"))
    range.last_system_message_s = from["lastSystemMessageTimestamp"].get<std::int64_t>();
  for (const json& entry : from.value("messages", json::array())) {
    const json& key = entry["key"];
    range.messages.push_back({{key["remoteJid"], key["id"], key["fromMe"].get<bool>(), key.value("participant", "")},
                              entry["timestamp"].get<std::int64_t>()});
  }
  return range;
}

MessageKey key_of(const json& index) {
  return {index[1], index[2], index[3] == "1", index[4] == "0" ? "" : index[4].get<std::string>()};
}

Action action_of(const json& index, const json& value) {
  const std::string name = index[0];
  const auto field = [&](const char* key) { return value.value(key, json::object()); };
  if (name == "archive")
    return Archive{index[1], field("archiveChatAction").value("archived", false), range_of(field("archiveChatAction"))};
  if (name == "pin_v1") return Pin{index[1], field("pinAction").value("pinned", false)};
  if (name == "markChatAsRead")
    return MarkRead{index[1], field("markChatAsReadAction").value("read", false),
                    range_of(field("markChatAsReadAction"))};
  if (name == "mute")
    return Mute{index[1], field("muteAction").value("muted", false),
                field("muteAction")["muteEndTimestamp"].get<std::int64_t>()};
  if (name == "star") return Star{key_of(index), field("starAction").value("starred", false)};
  if (name == "deleteChat") return DeleteChat{index[1], index[2] == "1", range_of(field("deleteChatAction"))};
  if (name == "clearChat")
    return ClearChat{index[1], index[2] == "1", index[3] == "1", range_of(field("clearChatAction"))};
  if (name == "deleteMessageForMe") {
    const json action = field("deleteMessageForMeAction");
    return DeleteMessageForMe{key_of(index), action.value("deleteMedia", false),
                              action["messageTimestamp"].get<std::int64_t>()};
  }
  if (name == "contact") {
    const json action = field("contactAction");
    return Contact{index[1],
                   action.value("fullName", ""),
                   action.value("firstName", ""),
                   action.value("lidJid", ""),
                   "",
                   action.value("saveOnPrimaryAddressbook", false)};
  }
  if (name == "setting_pushName") return PushName{field("pushNameSetting")["name"]};
  if (name == "setting_unarchiveChats")
    return UnarchiveChats{field("unarchiveChatsSetting").value("unarchiveChats", false)};
  return UnknownAction{};
}

Operation operation_of(const json& vector) { return vector["operation"] == "SET" ? Operation::set : Operation::remove; }

Mutation mutation_of(const json& vector) {
  const json index = json::parse(vector["index"].get<std::string>());
  return build_mutation(action_of(index, vector["value"]), vector["value"]["timestamp"].get<std::int64_t>(),
                        operation_of(vector));
}

bool same_bytes_as_vector(const json& vector) {
  const Mutation mutation = mutation_of(vector);
  const Bytes key_id = hex_field(vector, "key_id");
  const Keys keys = expand_keys(hex_field(vector, "key_data"));
  const Record record = encrypt_mutation(mutation, keys, key_id, array_of<16>(hex_field(vector, "iv")));
  if (text_of(mutation.index) != vector["index"].get<std::string>()) return false;
  if (record.index_mac != hex_field(vector, "index_mac") || record.value_blob != hex_field(vector, "value_blob"))
    return false;
  if (!equal(record.value_mac(), hex_field(vector, "value_mac"))) return false;
  if (collection_name(collection_of(parse_action(mutation).action)) != vector["collection"].get<std::string>())
    return false;
  const Bytes patch_bytes = encode_external_mutations({record});  // field 1 of SyncdMutations, length prefixed
  const Bytes encoded = hex_field(vector, "syncd_mutation");
  if (patch_bytes.size() < encoded.size() || !equal(ByteView(patch_bytes).last(encoded.size()), encoded)) return false;

  const auto back = decrypt_record(record, keys);
  if (!back || back->index != mutation.index || back->value != mutation.value || back->version != mutation.version)
    return false;
  const ReadAction read = parse_action(*back);  // meaning and bytes name each other
  return read.operation == mutation.operation &&
         build_mutation(read.action, read.timestamp_ms, read.operation).value == mutation.value;
}

struct Scripted final : Random {  // the vectors' ivs, in order
  std::vector<Bytes> ivs;
  std::size_t next = 0;
  void fill(std::span<std::uint8_t> out) noexcept override {
    const Bytes& iv = ivs[next++ % ivs.size()];
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = iv[i % iv.size()];
  }
};

void store_start(store::Txn& txn, Collection which, const json& vector) {
  CollectionState start;
  start.version = vector["start_version"].get<std::uint64_t>();
  start.bootstrapped = true;
  save_collection(txn, which, start);
}

// What stage() makes of the same mutations: byte for byte the vector, unless the vector repeats an index.
bool stages_to(const store::Txn& txn, Collection which, const json& patch) {
  Scripted random;
  std::vector<Mutation> mutations;
  for (const json& mutation : patch["mutations"]) {
    random.ivs.push_back(hex_field(mutation, "iv"));
    mutations.push_back(mutation_of(mutation));
  }
  if (mutations.size() == 2 && mutations[0].index == mutations[1].index) return true;
  KeyRing ring(txn);
  auto staged = stage(txn, which, load_collection(txn, which), mutations, ring, random);
  return staged.ok() && staged->encoded == hex_field(patch, "patch_as_uploaded") &&
         equal(staged->after.hash.lanes, hex_field(patch, "lthash_after"));
}

std::string run_chain(const json& vector) {
  const Collection which = *parse_collection(vector["collection"].get<std::string>());
  store::MemoryStore disk;
  store::Txn txn(disk);
  store_start(txn, which, vector);
  for (const json& patch : vector["patches"]) {
    if (!store_key(txn, hex_field(patch, "key_id"), hex_field(patch, "key_data"), 0)) return "key";
    if (!stages_to(txn, which, patch)) return "staged patch differs";
    auto decoded = decode_patch(hex_field(patch, "patch_as_received"));
    if (!decoded || encode_patch(*decoded) != hex_field(patch, "patch_as_received")) return "codec";
    CollectionState state = load_collection(txn, which);
    KeyRing ring(txn);
    const Applied applied = apply_patch(txn, which, state, *decoded, ring, false);
    if (applied.outcome != Outcome::applied) return "not applied";
    if (applied.mutations.size() != patch["mutations"].size()) return "mutations";
    state = load_collection(txn, which);
    if (state.version != patch["version"].get<std::uint64_t>()) return "version";
    if (!equal(state.hash.lanes, hex_field(patch, "lthash_after"))) return "hash";
  }
  const json& end = vector["final_snapshot"];
  auto snapshot = decode_snapshot(hex_field(end, "syncd_snapshot"));
  if (!snapshot || snapshot->records.size() != end["records"].get<std::size_t>()) return "snapshot";
  if (txn.scan(store::Table::app_records, "", 1000).size() != snapshot->records.size()) return "map size";
  if (encode_snapshot(*snapshot) != hex_field(end, "syncd_snapshot")) return "snapshot codec";
  CollectionState fresh;
  KeyRing ring(txn);
  if (apply_snapshot(txn, which, fresh, *snapshot, ring).outcome != Outcome::applied) return "snapshot not applied";
  return equal(fresh.hash.lanes, hex_field(end, "lthash")) ? "" : "snapshot hash";
}

std::string run_negative(const json& vector) {
  const Collection which = *parse_collection(vector["collection"].get<std::string>());
  store::MemoryStore disk;
  store::Txn txn(disk);
  store_start(txn, which, vector);
  if (!store_key(txn, hex_field(vector, "key_id"), hex_field(vector, "key_data"), 0)) return "key";
  auto patch = decode_patch(hex_field(vector, "patch_as_received"));
  if (!patch) return "codec";
  CollectionState state = load_collection(txn, which);
  const std::uint64_t before = state.version;
  KeyRing ring(txn);
  if (patch->version != before + 1) {  // "version changed": a gap by its number; the MAC must refuse it as well
    state.version = *patch->version - 1;
  }
  const std::uint64_t asked_from = state.version;
  const Applied applied = apply_patch(txn, which, state, *patch, ring, false);
  if (vector["expect"] == "lthash_mismatch") return applied.outcome == Outcome::drift ? "" : "not drift";
  if (applied.outcome != Outcome::rejected) return "not rejected";
  if (state.version != asked_from || load_collection(txn, which).version != before) return "state changed";
  return txn.scan(store::Table::app_records, "", 10).empty() ? "" : "map changed";
}

}  // namespace

WA_VECTORS("lthash.json", file, report) {
  for (const json& vector : file["vectors"]) {
    LtHash hash{array_of<128>(hex_field(vector, "base"))};
    for (const json& value : vector["subtract"]) hash.subtract(*from_hex(value.get<std::string>()));
    for (const json& value : vector["add"]) hash.add(*from_hex(value.get<std::string>()));
    report.check(vector["name"], equal(hash.lanes, hex_field(vector, "result")));
  }
}

WA_VECTORS("appstate_keys.json", file, report) {
  for (const json& vector : file["vectors"]) {
    const Keys keys = expand_keys(hex_field(vector, "keyData"));
    report.check(vector["keyData"], equal(keys.index, hex_field(vector, "indexKey")) &&
                                        equal(keys.value_encryption, hex_field(vector, "valueEncryptionKey")) &&
                                        equal(keys.value_mac, hex_field(vector, "valueMacKey")) &&
                                        equal(keys.snapshot_mac, hex_field(vector, "snapshotMacKey")) &&
                                        equal(keys.patch_mac, hex_field(vector, "patchMacKey")));
  }
}

WA_VECTORS("appstate_mutation.json", file, report) {
  for (const json& vector : file["vectors"]) {
    if (vector.value("expect", "") == "reject") {
      const Record record{operation_of(vector), hex_field(vector, "index_mac"), hex_field(vector, "value_blob"),
                          hex_field(vector, "key_id")};
      report.check(vector["name"], !decrypt_record(record, expand_keys(hex_field(vector, "key_data"))).ok());
    } else {
      report.check(vector["name"], same_bytes_as_vector(vector));
    }
  }
}

WA_VECTORS("appstate_patch.json", file, report) {
  for (const json& vector : file["vectors"]) {
    const std::string why = run_chain(vector);
    report.check(vector["name"], why.empty(), why);
  }
  for (const json& vector : file["negative"]) {
    const std::string why = run_negative(vector);
    report.check(vector["name"], why.empty(), why);
  }
}
