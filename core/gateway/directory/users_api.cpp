// Users of a tenant and their roles (api.md 1.7, 3.12). Who may do what:
//   view     oneself; managers and admins everybody in their tenant
//   create   admins
//   change   admins everybody but themselves; managers those who are `user`, up to their own role
//   delete   as change; the devices go too
// Nobody changes their own role or activity, or deletes themselves: a tenant never loses its last admin that way.
// Passwords are checked and not kept: tokens are the only credential.
#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "gateway/api/webhook_fields.h"
#include "gateway/directory/directory_call.h"

namespace wa::gateway {
namespace {

constexpr std::size_t kTokenEnd = 4;

bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == 0 || at > 64 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || std::string_view("\x7f<>,;\"").find(c) != std::string_view::npos) return false;
  }
  const std::string_view domain = text.substr(at + 1);
  return !domain.empty() && domain.front() != '.' && domain.back() != '.' && domain.find("..") == std::string_view::npos;
}

void write(ObjectText& out, const User& user) {
  out.text("id", user.id).text("email", user.email).text("role", role_name(user.role)).flag("active", user.active);
  out.text("tenant_id", user.tenant_id).moment("created_at", user.created).moment("updated_at", user.updated);
}

Failure not_oneself() {
  Failure out = forbidden();
  out.text = "nobody may change their own role or activity, or delete themselves";
  return out;
}

// The user a management request is about, or what to answer. Only admins and managers get as far as looking.
std::optional<Failure> find_managed(const DirectoryCall& call, std::optional<User>& user) {
  if (call.principal.role == Role::user) return forbidden();
  user = call.tenants.find_user(call.principal, call.params.front());
  if (!user) return not_found();
  if (user->id == call.principal.user_id) return not_oneself();
  if (call.principal.role == Role::manager && user->role != Role::user) return forbidden();
  return std::nullopt;
}

std::optional<Role> role_of(Fields& fields, const char* name) {
  const auto text = fields.optional_text(name, 16);
  if (!text) return std::nullopt;
  const auto role = parse_role(*text);
  if (!role) fields.bad(name, "must be admin, manager or user");
  return role;
}

// Nobody gives more than they have.
bool may_give(const DirectoryCall& call, Role role) { return role <= call.principal.role; }

std::string make_token(Random& random) { return uuid_v4(random); }
std::string_view end_of(const std::string& token) { return std::string_view(token).substr(token.size() - kTokenEnd); }
std::string masked(const User& user) {
  return "********-****-****-****-********" + (user.token_end.empty() ? "****" : user.token_end);
}

Answer create_user(DirectoryCall& call) {
  Fields fields(GivenBody{call.body});
  const NewUser asked = new_user_of(fields, call.webhook_urls, true);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  if (call.tenants.email_taken(call.principal.tenant_id, asked.email)) {
    return fail(call, conflict("the e-mail address is taken"));
  }
  if (call.tenants.user_count(call.principal) >= limits::kUsersPerTenantMax) {
    return fail(call, conflict("the tenant has too many users"));
  }
  const MadeUser made = make_user(asked, call.principal.tenant_id, call);
  call.tenants.add(made.user, false);
  return succeed(call, object({{"user", show_new(made)},
                               {"webhook_configured", !made.user.webhook_url.empty()},
                               {"webhook_url", show_url(made.user.webhook_url)},
                               {"note", "Keep the token: it is shown only now. A webhook_url given here is the webhook, with all "
                                 "events, of devices the user creates."}}),
                 201);
}

// Tokens in a masked form: they are stored hashed, and shown once, when they are made.
Answer list_users(DirectoryCall& call) {
  PageAsked asked;
  if (const auto failed = page_asked(call.target, List::users, is_id_key, asked)) return fail(call, *failed);
  ListText list;
  const auto page = call.tenants.users(call.principal, {asked.after, asked.limit}, [&](const User& user) {
    ObjectText out = list.add();
    write(out, user);
    out.text("token", masked(user)).close();
  });
  return succeed_list(call, "users", std::move(list), asked, page.more, page.last);
}

Answer show_user(DirectoryCall& call) {
  const std::string& id = call.params.front();
  if (call.principal.role == Role::user && id != call.principal.user_id) return fail(call, forbidden());
  const auto user = call.tenants.find_user(call.principal, id);
  if (!user) return fail(call, not_found());
  std::string body, data;
  ObjectText shown(data);
  write(shown, *user);
  shown.close();
  begin_success(body).json("data", data).close();
  return build_written(call.request.request, std::move(body));
}

Answer update_user(DirectoryCall& call) {
  std::optional<User> user;
  if (const auto failed = find_managed(call, user)) return fail(call, *failed);
  Fields fields(GivenBody{call.body});
  const auto active = fields.optional_flag("active");
  const auto role = role_of(fields, "role");
  if (!fields.has("active") && !fields.has("role")) fields.bad("active", "give active, role or both");
  if (const auto failed = fields.failure()) return fail(call, *failed);
  if (role && !may_give(call, *role)) return fail(call, forbidden());
  if (active) user->active = *active;
  if (role) user->role = *role;
  user->updated = call.now.wall;
  call.tenants.save(*user);
  return succeed(call, object({{"message", "User updated successfully"}}));
}

Answer delete_user(DirectoryCall& call) {
  std::optional<User> user;
  if (const auto failed = find_managed(call, user)) return fail(call, *failed);
  remove_devices(call.tenants.remove(*user), call);
  return succeed(call, object({{"message", "User deleted successfully"}}));
}

Answer promote_user(DirectoryCall& call) {
  std::optional<User> user;
  if (const auto failed = find_managed(call, user)) return fail(call, *failed);
  Fields fields(GivenBody{call.body});
  if (!fields.has("new_role")) fields.missing("new_role");
  const auto role = role_of(fields, "new_role");
  if (const auto failed = fields.failure()) return fail(call, *failed);
  if (!may_give(call, *role)) return fail(call, forbidden());
  const Role before = user->role;
  user->role = *role;
  user->updated = call.now.wall;
  call.tenants.save(*user);
  return succeed(call, object({{"message", "User promoted successfully"},
                               {"data", object({{"user_id", user->id}, {"old_role", role_name(before)},
                                                {"new_role", role_name(*role)}})}}));
}

// Ours: a new token for one that is lost or known to others; the old one ends at once. One's own, or of whom one may change.
Answer renew_token(DirectoryCall& call) {
  std::optional<User> user;
  if (call.params.front() == call.principal.user_id) user = call.tenants.find_user(call.principal, call.params.front());
  else if (const auto failed = find_managed(call, user)) return fail(call, *failed);
  if (!user) return fail(call, not_found());
  const std::string token = make_token(call.random);
  user->updated = call.now.wall;
  call.tenants.replace_token(*user, crypto::sha256(view(token)), end_of(token));
  return succeed(call, object({{"message", "Token renewed; it is shown only now"},
                               {"data", object({{"user_id", user->id}, {"token", token}})}}));
}

}  // namespace

std::string webhook_url_of(Fields& fields, const UrlPolicy& policy) {
  const std::string url = parse_webhook_url(
      fields, policy, fields.optional_text("webhook_url", limits::kWebhookUrlBytesMax).value_or(std::string()));
  return url;
}

NewUser new_user_of(Fields& fields, const UrlPolicy& policy, bool role_required) {
  NewUser out;
  out.email = fields.text("email", 254);
  if (!out.email.empty() && !is_email(out.email)) fields.bad("email", "must be an e-mail address");
  if (!fields.has("password")) fields.missing("password");
  else (void)fields.optional_text("password", 256, 8);
  if (role_required && !fields.has("role")) fields.missing("role");
  out.role = role_of(fields, "role").value_or(Role::user);
  out.webhook_url = webhook_url_of(fields, policy);
  return out;
}

MadeUser make_user(const NewUser& asked, const std::string& tenant_id, DirectoryCall& call) {
  const WallTime now = call.now.wall;
  MadeUser out;
  out.token = make_token(call.random);
  const auto hash = crypto::sha256(view(out.token));
  out.user = {uuid_v4(call.random), tenant_id, asked.email, asked.role, true, now, now, to_bytes(hash),
              std::string(end_of(out.token)), asked.webhook_url};
  return out;
}

Json show_new(const MadeUser& made) {
  const User& user = made.user;
  return object({{"id", user.id}, {"tenant_id", user.tenant_id}, {"email", user.email}, {"role", role_name(user.role)},
                 {"token", made.token}, {"active", user.active}, {"created_at", rfc3339(user.created)},
                 {"updated_at", rfc3339(user.updated)}});
}

Json show_url(const std::string& url) { return url.empty() ? Json(nullptr) : Json(url); }

Endpoints user_endpoints() {
  static constexpr Endpoint kAll[] = {
      {.method = "POST", .pattern = "/users", .body = BodyRule::required, .least = Role::admin,
       .directory = create_user},
      {.method = "GET", .pattern = "/users", .least = Role::admin, .directory = list_users},
      {.method = "GET", .pattern = "/users/{id}", .directory = show_user},
      {.method = "PUT", .pattern = "/users/{id}", .body = BodyRule::required, .least = Role::manager,
       .directory = update_user},
      {.method = "DELETE", .pattern = "/users/{id}", .least = Role::manager, .directory = delete_user},
      {.method = "POST", .pattern = "/users/{id}/promote", .body = BodyRule::required, .least = Role::manager,
       .directory = promote_user},
      {.method = "POST", .pattern = "/users/{id}/token", .directory = renew_token},
  };
  return kAll;
}

}  // namespace wa::gateway
