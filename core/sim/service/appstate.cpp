// tested by sim/sim_test.cpp
// App state: what the service stores, and the phone that can read it (05).
#include "appstate/patch.h"
#include "crypto/hash.h"
#include "sim/service/server.h"

namespace wa::sim {
namespace {

using appstate::Collection;

constexpr const char* kRivalChat = "5511977777777@s.whatsapp.net";

const AppKey* key_by_id(const Account& owner, ByteView id) {
  for (const AppKey& key : owner.app_keys) {
    if (equal(key.id, id)) return &key;
  }
  return nullptr;
}

void apply(CollectionStore& store, const appstate::Record& record, const appstate::Mutation& mutation) {
  auto old = store.records.find(record.index_mac);
  if (old != store.records.end()) store.hash.subtract(old->second.value_mac());
  if (record.operation == appstate::Operation::set) {
    store.hash.add(record.value_mac());
    store.records[record.index_mac] = record;
    store.values[to_string(mutation.index)] = mutation.value;
  } else if (old != store.records.end()) {
    store.records.erase(old);
    store.values.erase(to_string(mutation.index));
  }
}

void tell_devices(Server& server, Account& owner, Collection which, const Device* except) {
  for (Device* device : wire_devices(owner)) {
    if (device == except) continue;
    Node notification("notification");
    notification.attr("type", "server_sync").attr("from", wire::server_jid()).attr("id", "n-" + server.number());
    notification.attr("t", static_cast<std::uint64_t>(server.now.wall.seconds()));
    Node collection("collection");
    collection.attr("name", appstate::collection_name(which)).attr("version", owner.collections[which].version);
    deliver(server, *device, notification.child(std::move(collection)));
  }
}

void note_archives(Server& server, Account& owner, const appstate::Mutation& mutation, bool by_device) {
  auto parts = appstate::parse_index(mutation.index);
  if (!parts || parts->size() != 2 || (*parts)[0] != "archive") return;
  const std::optional<Archived> archived = archived_in(mutation.value);
  if (!archived) return server.violation("archive record without its action");
  if (by_device && mutation.version != 3) server.violation("archive record is not of version 3");
  server.fact(ChatArchived{owner.pn, (*parts)[1], archived->archived});
}

appstate::BlobReference as_blob(Server& server, ByteView plain) {
  const Bytes key = server.random.bytes(32);
  const Bytes sealed = crypto::media_encrypt(key, crypto::kAppStateMediaInfo, plain);
  appstate::BlobReference reference;
  reference.file.media_key = key;
  reference.file.file_sha256 = to_bytes(crypto::sha256(plain));
  reference.file.file_enc_sha256 = to_bytes(crypto::sha256(sealed));
  reference.file.file_size = plain.size();
  reference.direct_path = store_media(server, sealed);
  return reference;
}

Node snapshot_node(Server& server, Account& owner, Collection which, const CollectionStore& store) {
  const AppKey& key = newest_key(server, owner);
  appstate::Snapshot snapshot;
  snapshot.version = store.version;
  for (const auto& [index_mac, record] : store.records) snapshot.records.push_back(record);
  snapshot.key_id = key.id;
  snapshot.mac = to_bytes(appstate::snapshot_mac(appstate::expand_keys(key.data), store.hash, store.version, which));
  const appstate::BlobReference reference = as_blob(server, appstate::encode_snapshot(snapshot));
  return bytes_node("snapshot", appstate::encode_blob_reference(reference));
}

void add_patches(Server& server, const CollectionStore& store, std::uint64_t from, Node& collection) {
  Node patches("patches");
  std::size_t count = 0;
  for (auto it = store.patches.upper_bound(from); it != store.patches.end(); ++it) {
    if (count == server.options.patches_per_answer) {
      collection.attr("has_more_patches", "true");
      break;
    }
    patches.child(bytes_node("patch", it->second));
    ++count;
  }
  if (count) collection.child(std::move(patches));
}

Node fetch_answer(Server& server, Account& owner, Collection which, const Node& asked) {
  CollectionStore& store = collection_of(server, owner, which);
  const std::uint64_t from = asked.number_attr("version").value_or(0);
  Node out("collection");
  out.attr("name", appstate::collection_name(which)).attr("version", store.version);
  if (from > store.version) server.violation("collection asked from a version that does not exist");
  if (asked.text_attr("return_snapshot") == "true" && store.version > 0) {
    out.child(snapshot_node(server, owner, which, store));
    return out;
  }
  add_patches(server, store, from, out);
  return out;
}

Node error_answer(Collection which, const CollectionStore& store, int code, std::string_view text) {
  Node out("collection");
  out.attr("name", appstate::collection_name(which)).attr("type", "error").attr("version", store.version);
  return out.child(Node("error").attr("code", static_cast<std::uint64_t>(code)).attr("text", text));
}

// Every device takes the newer of two records: one stamped by another clock loses, or wins for hours.
void check_stamp(Server& server, ByteView value) {
  constexpr std::int64_t kStampMsMax = 120'000;
  const std::int64_t off_ms = stamp_of(value) - server.now.wall.ms;
  if (off_ms > kStampMsMax || off_ms < -kStampMsMax) server.violation("a record is not stamped by the service's clock");
}

// The phone's view of an upload: everything decrypts, both MACs are right, archiving unpins.
bool check_patch(Server& server, Account& owner, Collection which, const CollectionStore& before, const appstate::Patch& patch,
                 std::vector<appstate::Mutation>& mutations, CollectionStore& after) {
  const AppKey* key = key_by_id(owner, patch.key_id);
  if (!key) return server.violation("patch with an unknown key"), false;
  const appstate::Keys keys = appstate::expand_keys(key->data);
  after = before;
  after.version = before.version + 1;
  std::set<std::pair<Bytes, int>> seen;
  std::map<std::string, bool> archives, unpins;
  for (const appstate::Record& record : patch.records) {
    const AppKey* record_key = key_by_id(owner, record.key_id);
    auto mutation = record_key ? appstate::decrypt_record(record, appstate::expand_keys(record_key->data))
                               : Result<appstate::Mutation>(Errc::missing_key, "key");
    if (!mutation) return server.violation("uploaded record does not decrypt"), false;
    check_stamp(server, mutation->value);
    if (!seen.insert({record.index_mac, static_cast<int>(record.operation)}).second) {
      server.violation("patch sets one index twice");
    }
    auto parts = appstate::parse_index(mutation->index);
    if (!parts || parts->empty()) return server.violation("uploaded index is not an array"), false;
    if (parts->size() == 2 && (*parts)[0] == "archive") {
      archives[(*parts)[1]] = archived_in(mutation->value).value_or(Archived{}).archived;
    }
    if (parts->size() == 2 && (*parts)[0] == "pin_v1") unpins[(*parts)[1]] = true;
    apply(after, record, *mutation);
    mutations.push_back(*std::move(mutation));
  }
  for (const auto& [chat, archived] : archives) {
    if (archived && !unpins.count(chat)) server.violation("archive without unpin in the same patch");
  }
  if (!equal(patch.snapshot_mac, appstate::snapshot_mac(keys, after.hash, after.version, which)) && !before.drifted) {
    server.violation("snapshot MAC of an upload is wrong");
  }
  if (!equal(patch.patch_mac, appstate::patch_mac(keys, patch.snapshot_mac, patch.records, after.version, which))) {
    server.violation("patch MAC of an upload is wrong");
  }
  return true;
}

Node conflict_answer(Server& server, Account& owner, Collection which, std::uint64_t from) {
  CollectionStore& store = collection_of(server, owner, which);
  server.fact(PatchRefused{owner.pn, std::string(appstate::collection_name(which)), 409});
  Node out = error_answer(which, store, 409, "conflict");
  if (server.options.conflict_with_patches) add_patches(server, store, from, out);
  return out;
}

std::optional<Node> upload_answer(Server& server, Device& device, Collection which, const Node& asked, const Node& patch_node) {
  Account& owner = *device.account;
  CollectionStore& store = collection_of(server, owner, which);
  const std::optional<std::uint64_t> from = asked.number_attr("version");
  auto patch = appstate::decode_patch(patch_node.content_bytes());
  if (!from || !patch || patch->records.empty()) {
    server.violation("patch upload is malformed");
    return error_answer(which, store, 400, "bad-request");
  }
  if (patch->version) server.violation("uploaded patch names a version");
  if (auto fault = server.take_fault(FaultKind::patch_refused)) return error_answer(which, store, fault->code, "scripted");
  if (server.take_fault(FaultKind::patch_conflict)) {
    const auto old = store.values.find(archive_index(kRivalChat));
    const bool archived = old != store.values.end() && archived_in(old->second).value_or(Archived{}).archived;
    appstate::Mutation rival;
    rival.index = to_bytes(archive_index(kRivalChat));
    rival.value = archive_value(server.now.wall.ms, !archived);
    rival.version = 3;
    patch_by_phone(server, owner, which, {rival}, false);
  }
  if (*from > store.version) server.violation("patch upload on a version that does not exist");
  if (*from != store.version) return conflict_answer(server, owner, which, *from);
  std::vector<appstate::Mutation> mutations;
  CollectionStore after;
  if (!check_patch(server, owner, which, store, *patch, mutations, after)) return error_answer(which, store, 400, "bad-request");
  patch->version = after.version;
  after.patches[after.version] = appstate::encode_patch(*patch);
  store = std::move(after);
  server.fact(PatchApplied{owner.pn, std::string(appstate::collection_name(which)), store.version, mutations.size(), true});
  for (const appstate::Mutation& mutation : mutations) note_archives(server, owner, mutation, true);
  tell_devices(server, owner, which, &device);
  if (server.take_fault(FaultKind::patch_ack_lost)) return std::nullopt;
  return Node("collection").attr("name", appstate::collection_name(which)).attr("version", store.version);
}

}  // namespace

std::string store_media(Server& server, ByteView encrypted) {
  const std::string path = "/v/sim/" + server.number() + "?ccb=1";
  server.media[path] = to_bytes(encrypted);
  return path;
}

AppKey& newest_key(Server& server, Account& owner) {
  if (owner.app_keys.empty()) {
    AppKey key;
    key.id = concat({be_bytes(0, 2), be_bytes(1 + server.random.below(1000), 4)});
    key.data = server.random.array<32>();
    key.created_ms = server.now.wall.ms;
    owner.app_keys.push_back(std::move(key));
  }
  return owner.app_keys.back();
}

CollectionStore& collection_of(Server& server, Account& owner, Collection which) {
  CollectionStore& store = owner.collections[which];
  if (store.version != 0) return store;
  appstate::Mutation first;
  if (which == Collection::critical_block) first.index = appstate::build_index({"setting_pushName"});
  if (which == Collection::regular_low) first.index = appstate::build_index({"pin_v1", "5511900000001@s.whatsapp.net"});
  if (first.index.empty()) return store;
  first.value = pin_value(server.now.wall.ms, false);
  first.version = 5;
  patch_by_phone(server, owner, which, {first}, false);
  return store;
}

void patch_by_phone(Server& server, Account& owner, Collection which, const std::vector<appstate::Mutation>& mutations,
                    bool notify) {
  CollectionStore& store = owner.collections[which];
  const AppKey& key = newest_key(server, owner);
  const appstate::Keys keys = appstate::expand_keys(key.data);
  appstate::Patch patch;
  for (const appstate::Mutation& mutation : mutations) {
    patch.records.push_back(appstate::encrypt_mutation(mutation, keys, key.id, server.random.array<16>()));
    apply(store, patch.records.back(), mutation);
    note_archives(server, owner, mutation, false);
  }
  ++store.version;
  patch.version = store.version;
  patch.key_id = key.id;
  patch.snapshot_mac = to_bytes(appstate::snapshot_mac(keys, store.hash, store.version, which));
  if (server.take_fault(FaultKind::garbage_snapshot_mac)) {
    patch.snapshot_mac[0] ^= 0xff;
    store.drifted = true;
  }
  patch.patch_mac = to_bytes(appstate::patch_mac(keys, patch.snapshot_mac, patch.records, store.version, which));
  if (patch.records.size() >= server.options.external_mutations_from) {
    patch.external = as_blob(server, appstate::encode_external_mutations(patch.records));
    patch.records.clear();
  }
  store.patches[store.version] = appstate::encode_patch(patch);
  server.fact(PatchApplied{owner.pn, std::string(appstate::collection_name(which)), store.version, mutations.size(), false});
  if (notify) tell_devices(server, owner, which, nullptr);
}

void share_keys(Server& server, Device& to) {
  newest_key(server, *to.account);
  std::vector<AppKey> keys;
  for (const AppKey& key : to.account->app_keys) {
    if (key.shared) keys.push_back(key);
  }
  send_peer(server, to, key_share_message(keys));
  server.fact(KeysShared{to.account->pn, to.number, keys.size()});
}

void on_appstate_query(Server& server, Connection& connection, const Node& iq) {
  Device& device = *connection.device;
  const Node* sync = iq.child_named("sync");
  if (!sync || sync->children().empty()) {
    server.violation("app-state query without collections");
    return answer_error(server, connection, iq, 400, "bad-request");
  }
  Node out("sync");
  for (const Node& asked : sync->children()) {
    std::optional<Collection> which = appstate::parse_collection(asked.text_attr("name"));
    if (asked.tag != "collection" || !which) {
      server.violation("app-state query names an unknown collection");
      continue;
    }
    if (const Node* patch = asked.child_named("patch")) {
      std::optional<Node> answered = upload_answer(server, device, *which, asked, *patch);
      if (!answered) return;
      out.child(*std::move(answered));
    } else {
      out.child(fetch_answer(server, *device.account, *which, asked));
    }
  }
  answer(server, connection, iq, {std::move(out)});
}

}  // namespace wa::sim
