// The directory's rows: tenants, users, tokens, devices. Every read that crosses from a caller to a device goes through
// find_device() with the caller's Principal, so that what belongs to another tenant is not there.
//
// Table::tenants     "t" id -> Tenant            "n" lower-case name -> id
// Table::users       "u" id -> User              "e" lower-case email -> id       "t" tenant user -> (index)
// Table::api_tokens  SHA-256 of the token -> user id; the token itself is nowhere
// Table::devices     "d" id -> DeviceRecord      "u"|"t" owner time id -> (index) "x" id -> (tombstone)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/store.h"

namespace wa::gateway {

enum class Role : std::uint8_t { user = 0, manager = 1, admin = 2 };
const char* role_name(Role);
std::optional<Role> parse_role(std::string_view);

struct Tenant { std::string id, name; WallTime created, updated; std::uint32_t devices = 0; };
struct User {
  std::string id, tenant_id, email;
  Role role = Role::admin;
  bool active = true;
  WallTime created, updated;
  Bytes token_hash;
};
struct DeviceRecord { std::string id, user_id, tenant_id, name; WallTime created, updated; };

// Who asks.
struct Principal {
  bool master = false;
  std::string user_id, tenant_id;
  Role role = Role::user;
  std::string default_device;  // the user's first; empty: none
};

class Tenants {
 public:
  explicit Tenants(store::Txn& txn) : txn_(txn) {}

  std::optional<Principal> authenticate(ByteView token_hash) const;

  bool name_taken(std::string_view name) const;
  bool email_taken(std::string_view email) const;
  void add(const Tenant&);
  void add(const User&);
  std::optional<Tenant> tenant(std::string_view id) const;
  std::vector<Tenant> tenants() const;
  // Its users, tokens and devices too; returns the devices, now tombstones.
  std::vector<DeviceRecord> remove(const Tenant&);

  void add(const DeviceRecord&);
  // Only what the caller's tenant owns; nullopt for anything else, existing or not.
  std::optional<DeviceRecord> find_device(const Principal&, std::string_view id) const;
  std::vector<DeviceRecord> devices_of_tenant(const Principal&) const;
  std::vector<DeviceRecord> devices_of_user(const Principal&) const;
  void bury(const DeviceRecord&);        // gone for callers; the tombstone keeps the host at it
  void forget_tombstone(std::string_view id);

  std::vector<DeviceRecord> all_devices(std::string_view after, std::size_t limit) const;  // by id
  std::vector<std::string> tombstones() const;

 private:
  std::vector<DeviceRecord> indexed(const std::string& prefix) const;
  std::optional<DeviceRecord> device(std::string_view id) const;

  store::Txn& txn_;
};

}  // namespace wa::gateway
