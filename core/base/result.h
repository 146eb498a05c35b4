// Result<T>: a value or an Error. Core is built without exceptions; every fallible function returns one.
// Guarantees: [[nodiscard]]; reading the wrong side is a WA_ASSERT, which stays on in every build.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

namespace wa {

// Who is to blame decides the reaction (style.md 8): the enumerators are grouped by it.
enum class Errc {
  ok = 0,
  // the peer misbehaved: drop the stanza or the link
  bad_input,        // malformed bytes, missing fields
  truncated,        // data ends early
  too_large,        // a limit of limits.h is exceeded
  bad_mac,          // authentication of ciphertext, MAC or HMAC failed
  bad_signature,    // XEdDSA or certificate signature is wrong
  bad_certificate,  // chain, serial or key mismatch
  clock_or_expired, // certificate dates: clock wrong or certificate expired
  duplicate,        // counter already used, id already handled
  no_session,       // no Signal session for this address
  no_sender_key,    // no sender key state for this group member
  no_prekey,        // the prekey a message names is gone
  untrusted_identity,
  missing_key,      // app-state key not known (yet)
  mismatch,         // a hash differs from the expected one (LTHash drift, file hash)
  unsupported,      // understood, not implemented by any peer either
  // the caller misused
  invalid_argument,
  not_ready,        // device not paired or not connected
  not_found,
  conflict,         // state forbids it
  full,             // as many wait as may wait: later there is room
  // the store is wrong
  corrupt_store,
  store_failed,
};

struct Error {
  Errc code = Errc::bad_input;
  const char* detail = "";  // a literal, never user data
};

[[noreturn]] inline void assert_failed(const char* what) {
  std::fprintf(stderr, "assertion failed: %s\n", what);
  std::abort();
}

#define WA_TEXT_OF_(x) #x
#define WA_TEXT_OF(x) WA_TEXT_OF_(x)
#define WA_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::wa::assert_failed(__FILE__ ":" WA_TEXT_OF(__LINE__) ": " #expression))

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, error) {}
  Result(Errc code, const char* detail) : state_(std::in_place_index<1>, Error{code, detail}) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& operator*() & { WA_ASSERT(ok()); return *std::get_if<0>(&state_); }
  const T& operator*() const& { WA_ASSERT(ok()); return *std::get_if<0>(&state_); }
  T&& operator*() && { WA_ASSERT(ok()); return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { WA_ASSERT(ok()); return std::get_if<0>(&state_); }
  const T* operator->() const { WA_ASSERT(ok()); return std::get_if<0>(&state_); }
  const Error& error() const { WA_ASSERT(!ok()); return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(error) {}
  Result(Errc code, const char* detail) : error_(Error{code, detail}) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { WA_ASSERT(!ok()); return *error_; }

 private:
  std::optional<Error> error_;
};

// WA_TRY(auto name, expression): binds the value or returns the error from the enclosing function.
#define WA_TRY_CAT2(a, b) a##b
#define WA_TRY_CAT(a, b) WA_TRY_CAT2(a, b)
#define WA_TRY_BIND(tmp, declaration, expression) \
  auto tmp = (expression);                        \
  if (!tmp.ok()) return tmp.error();              \
  declaration = *std::move(tmp)
#define WA_TRY_VOID(tmp, expression)                                      \
  do {                                                                    \
    if (auto tmp = (expression); !tmp.ok()) return tmp.error();           \
  } while (false)
#define WA_TRY_PICK(_1, _2, name, ...) name
#define WA_TRY_1(expression) WA_TRY_VOID(WA_TRY_CAT(wa_try_, __LINE__), expression)
#define WA_TRY_2(declaration, expression) WA_TRY_BIND(WA_TRY_CAT(wa_try_, __LINE__), declaration, expression)
#define WA_TRY(...) WA_TRY_PICK(__VA_ARGS__, WA_TRY_2, WA_TRY_1, 0)(__VA_ARGS__)

}  // namespace wa
