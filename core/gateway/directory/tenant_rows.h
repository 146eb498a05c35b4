// The directory's rows: tenants, users, tokens, devices. Every read that crosses from a caller to a device goes through
// find_device() with the caller's Principal, so that what belongs to another tenant is not there.
//
// Table::tenants     "t" id -> Tenant            "n" lower-case name -> id
// Table::users       "u" id -> User              "t" tenant user -> (index)       "m" tenant lower-case email -> id
//                    "e" lower-case email -> id, of those POST /register made: only the master token meets it, so that no
//                    tenant learns from a conflict which addresses others have
// Table::api_tokens  SHA-256 of the token -> user id; the token itself is nowhere, but for its last four characters
// Table::devices     "d" id -> DeviceRecord      "u"|"t" owner time id -> the same, or one byte: written before it was kept there
//                    "x" id -> Tombstone
//                    "w" id -> URL of the webhook that the device is still to be given
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "gateway/http/role.h"
#include "store/store.h"

namespace wa::gateway {

struct Tenant { std::string id, name; WallTime created, updated; std::uint32_t devices = 0; };
struct User {
  std::string id, tenant_id, email;
  Role role = Role::admin;
  bool active = true;
  WallTime created, updated;
  Bytes token_hash;
  std::string token_end;    // its last characters, for the masked form
  std::string webhook_url;  // POST /user/webhook: for devices to come
};
struct Tombstone { std::string id, user_id, tenant_id; };  // owners empty: written before they were kept
struct DeviceRecord { std::string id, user_id, tenant_id, name; WallTime created, updated; };  // its rows never change

// Rows of a list in the order of their keys, from behind one on, told one by one. A row that cannot be read is left out.
struct After { std::string_view key; std::size_t limit; };  // "": from the first
template <class Row>
using Tell = std::function<void(const Row&)>;
struct Listed {
  std::string last;   // the key to go on after, when there is more
  bool more = false;
};
inline constexpr std::size_t kDeviceKeyBytes = 8 + 36, kIdBytes = 36;  // of devices: time and id; of users and tenants: id

// Who asks.
struct Principal {
  bool master = false;
  std::string user_id, tenant_id;
  Role role = Role::user;
  std::string default_device;  // the user's first; empty: none
  bool several_devices = false;
};

class Tenants {
 public:
  explicit Tenants(store::Txn& txn) : txn_(txn) {}

  std::optional<Principal> authenticate(ByteView token_hash) const;

  bool name_taken(std::string_view name) const;
  bool email_registered(std::string_view email) const;                            // by POST /register
  bool email_taken(std::string_view tenant_id, std::string_view email) const;     // in this tenant
  void add(const Tenant&);
  void add(const User&, bool registered);
  std::optional<Tenant> tenant(std::string_view id) const;
  Listed tenants(After, const Tell<Tenant>&) const;
  // Its users, tokens and devices too; returns the devices, now tombstones.
  std::vector<DeviceRecord> remove(const Tenant&);

  // Users of the caller's tenant; others do not exist.
  std::optional<User> find_user(const Principal&, std::string_view id) const;
  Listed users(const Principal&, After, const Tell<User>&) const;
  std::size_t user_count(const Principal&) const;
  void save(const User&);                                 // all but its e-mail address and token
  void replace_token(User&, ByteView hash, std::string_view end);
  std::vector<DeviceRecord> remove(const User&);          // token and devices too; returns the devices, now tombstones

  void add(const DeviceRecord&);
  // Only what the caller's tenant owns; nullopt for anything else, existing or not.
  std::optional<DeviceRecord> find_device(const Principal&, std::string_view id) const;
  Listed devices_of_tenant(const Principal&, After, const Tell<DeviceRecord>&) const;
  Listed devices_of_user(const Principal&, After, const Tell<DeviceRecord>&) const;
  void bury(const DeviceRecord&);        // gone for callers; the tombstone keeps the host at it
  void forget_tombstone(std::string_view id);

  // Index rows as they are written now, where a store has older ones: lists read these alone. Of every device at once.
  bool has_short_index() const;
  void index(const DeviceRecord&);

  std::vector<DeviceRecord> all_devices(std::string_view after, std::size_t limit) const;  // by id
  std::vector<Tombstone> tombstones() const;

  void want_webhook(std::string_view device_id, std::string_view url);
  void forget_webhook(std::string_view device_id);
  std::optional<std::string> wanted_webhook(std::string_view device_id) const;
  std::vector<std::string> devices_wanting_webhooks() const;

 private:
  void erase(const User&);
  Listed indexed(const std::string& prefix, After, const Tell<DeviceRecord>&) const;
  std::vector<DeviceRecord> all_indexed(const std::string& prefix) const;
  std::optional<DeviceRecord> device(std::string_view id) const;

  store::Txn& txn_;
};

}  // namespace wa::gateway
