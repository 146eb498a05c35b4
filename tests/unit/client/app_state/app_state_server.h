// A small service and phone for app state, independent of core/sim: stores patches, gives snapshots and pages, refuses old
// versions, and checks every upload as the phone would. Scripts are plain members.
#pragma once

#include <map>

#include "appstate/action.h"
#include "crypto/hash.h"
#include "support/vectors.h"
#include "unit/client/scripted_turn.h"
#include "wire/node.h"

namespace wa::test {

using appstate::Collection;

struct AppStateServer {
  struct Store {
    std::uint64_t version = 0;
    appstate::LtHash hash;
    std::map<Bytes, appstate::Record> records;
    std::map<std::uint64_t, Bytes> patches;
    std::map<std::string, std::string> values;  // index -> SyncActionValue
    int uploads = 0;
  };
  Bytes key_id = *from_hex("000000004eaf"), key_data = Bytes(32, 7);
  CountingRandom random;
  std::map<Collection, Store> stores;
  std::map<std::string, Bytes> files;  // direct path -> encrypted
  std::vector<std::string> violations;
  std::size_t page = 1000;
  bool patches_with_409 = true, external = false, inline_snapshots = false;
  int rivals = 0;               // so many uploads are overtaken by another device
  int refuse_code = 0, refusals = 0;
  std::map<Collection, Store> frozen;  // snapshots show this older state, patches follow
  bool wrong_snapshot_mac = false, wrong_patch_mac = false, bad_snapshot_file = false;

  appstate::Keys keys() const { return appstate::expand_keys(key_data); }

  void fold(Store& store, const appstate::Record& record) {
    const auto old = store.records.find(record.index_mac);
    if (old != store.records.end()) store.hash.subtract(old->second.value_mac());
    if (record.operation == appstate::Operation::set) {
      store.hash.add(record.value_mac());
      store.records[record.index_mac] = record;
    } else if (old != store.records.end()) {
      store.records.erase(old);
    }
    const auto mutation = appstate::decrypt_record(record, keys());
    if (!mutation) return violations.push_back("a record does not decrypt");
    if (record.operation == appstate::Operation::set)
      store.values[to_string(mutation->index)] = to_string(mutation->value);
    else store.values.erase(to_string(mutation->index));
  }

  void by_phone(const std::vector<appstate::Mutation>& mutations, Collection which) {
    Store& store = stores[which];
    appstate::Patch patch;
    for (const auto& mutation : mutations) {
      patch.records.push_back(appstate::encrypt_mutation(mutation, keys(), key_id, random.array<16>()));
      fold(store, patch.records.back());
    }
    patch.version = ++store.version;
    patch.key_id = key_id;
    patch.snapshot_mac = to_bytes(appstate::snapshot_mac(keys(), store.hash, store.version, which));
    if (wrong_snapshot_mac) patch.snapshot_mac[3] ^= 1;
    patch.patch_mac = to_bytes(appstate::patch_mac(keys(), patch.snapshot_mac, patch.records, store.version, which));
    if (wrong_patch_mac) patch.patch_mac[3] ^= 1;
    if (external) {
      patch.external = as_file(appstate::encode_external_mutations(patch.records));
      patch.records.clear();
    }
    store.patches[store.version] = appstate::encode_patch(patch);
  }
  void by_phone(const appstate::Action& action, std::int64_t ms = 1'750'000'000'000) {
    by_phone({appstate::build_mutation(action, ms)}, appstate::collection_of(action));
  }

  appstate::BlobReference as_file(ByteView plain) {
    appstate::BlobReference reference;
    reference.file.media_key = random.bytes(32);
    Bytes sealed = crypto::media_encrypt(reference.file.media_key, crypto::kAppStateMediaInfo, plain);
    reference.file.file_sha256 = to_bytes(crypto::sha256(plain));
    reference.file.file_enc_sha256 = to_bytes(crypto::sha256(sealed));
    reference.file.file_size = plain.size();
    reference.direct_path = "/v/t/" + std::to_string(files.size()) + "?x=1";
    if (bad_snapshot_file) sealed[5] ^= 1;
    files[reference.direct_path] = sealed;
    return reference;
  }

  static wire::Node with_bytes(const char* tag, ByteView bytes) {
    wire::Node node(tag);
    node.bytes(bytes);
    return node;
  }

  void add_patches(const Store& store, std::uint64_t from, wire::Node& out) {
    wire::Node patches("patches");
    std::size_t count = 0;
    for (auto it = store.patches.upper_bound(from); it != store.patches.end(); ++it) {
      if (count++ == page) {
        out.attr("has_more_patches", "true");
        break;
      }
      patches.child(with_bytes("patch", it->second));
    }
    if (count) out.child(std::move(patches));
  }

  wire::Node fetch(Collection which, const wire::Node& asked) {
    Store& store = stores[which];
    wire::Node out("collection");
    out.attr("name", appstate::collection_name(which));
    out.attr("version", store.version);
    if (asked.text_attr("return_snapshot") == "true" && store.version > 0) {
      const Store& old = frozen.count(which) ? frozen[which] : store;
      appstate::Snapshot snapshot;
      snapshot.version = old.version;
      for (const auto& [mac, record] : old.records) snapshot.records.push_back(record);
      snapshot.key_id = key_id;
      snapshot.mac = to_bytes(appstate::snapshot_mac(keys(), old.hash, old.version, which));
      if (inline_snapshots) {
        out.child(with_bytes("snapshot", appstate::encode_snapshot(snapshot)));
        return out;
      }
      out.child(with_bytes("snapshot", appstate::encode_blob_reference(as_file(appstate::encode_snapshot(snapshot)))));
      add_patches(store, old.version, out);
      return out;
    }
    add_patches(store, asked.number_attr("version").value_or(0), out);
    return out;
  }

  wire::Node error(Collection which, int code) {
    wire::Node out("collection"), error("error");
    out.attr("name", appstate::collection_name(which)).attr("type", "error");
    error.attr("code", static_cast<std::uint64_t>(code)).attr("text", "no");
    return out.child(std::move(error));
  }

  wire::Node upload(Collection which, const wire::Node& asked, const wire::Node& bytes) {
    Store& store = stores[which];
    ++store.uploads;
    if (refusals > 0) return --refusals, error(which, refuse_code);
    if (rivals > 0) {
      --rivals;
      by_phone(appstate::Pin{"551190000000" + std::to_string(rivals % 10) + "@s.whatsapp.net", true});
    }
    const std::uint64_t from = asked.number_attr("version").value_or(~0ull);
    if (from != store.version) {
      wire::Node out = error(which, 409);
      if (patches_with_409) add_patches(store, from, out);
      return out;
    }
    const auto patch = appstate::decode_patch(bytes.content_bytes());
    if (!patch || patch->version || patch->records.empty()) violations.push_back("malformed upload");
    if (!patch) return error(which, 400);
    std::map<Bytes, int> seen;
    for (const auto& record : patch->records) {
      if (seen[record.index_mac]++) violations.push_back("an index twice");
      fold(store, record);
    }
    ++store.version;
    if (!equal(patch->snapshot_mac, appstate::snapshot_mac(keys(), store.hash, store.version, which)))
      violations.push_back("snapshot MAC");
    if (!equal(patch->patch_mac,
               appstate::patch_mac(keys(), patch->snapshot_mac, patch->records, store.version, which))) {
      violations.push_back("patch MAC");
    }
    appstate::Patch echoed = *patch;
    echoed.version = store.version;
    store.patches[store.version] = appstate::encode_patch(echoed);
    wire::Node out("collection");
    return out.attr("name", appstate::collection_name(which)).attr("version", store.version);
  }

  wire::Node answer(const wire::Node& iq) {
    wire::Node sync("sync");
    for (const wire::Node& asked : iq.child_named("sync")->children()) {
      const Collection which = *appstate::parse_collection(asked.text_attr("name"));
      const wire::Node* patch = asked.child_named("patch");
      sync.child(patch ? upload(which, asked, *patch) : fetch(which, asked));
    }
    wire::Node result("iq");
    return result.attr("type", "result").child(std::move(sync));
  }

  // What the phone shows: the value of an index, parsed anew.
  std::optional<appstate::ReadAction> shown(const appstate::Action& like) {
    const appstate::Mutation mutation = appstate::build_mutation(like, 0);
    const Store& store = stores[appstate::collection_of(like)];
    const auto found = store.values.find(to_string(mutation.index));
    if (found == store.values.end()) return std::nullopt;
    return appstate::parse_action(
        {appstate::Operation::set, mutation.index, to_bytes(found->second), mutation.version});
  }
  bool archived(const std::string& chat) {
    const auto read = shown(appstate::Archive{chat, false, {}});
    return read && std::get<appstate::Archive>(read->action).archived;
  }
};

}  // namespace wa::test
