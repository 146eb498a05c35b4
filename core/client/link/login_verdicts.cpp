#include "client/link/login_verdicts.h"

namespace wa::client {
namespace {

struct Row { int code; Verdict verdict; };

constexpr Row kFailures[] = {
    {400, {Reaction::stop, "bad_request"}},
    {401, {Reaction::erase, "logged_out"}},
    {402, {Reaction::wait_until, "temporary_ban"}},
    {403, {Reaction::erase, "main_device_gone"}},
    {405, {Reaction::stop, "client_too_old"}},
    {406, {Reaction::erase, "banned"}},
    {409, {Reaction::stop, "bad_user_agent"}},
    {411, {Reaction::stop, "multi_device_mismatch"}},
    {413, {Reaction::stop, "messenger_token"}},
    {414, {Reaction::stop, "messenger_token"}},
    {415, {Reaction::stop, "messenger_token"}},
    {418, {Reaction::stop, "client_unknown"}},
    {500, {Reaction::back_off, "service_trouble"}},
    {501, {Reaction::stop, "experimental"}},
    {503, {Reaction::back_off, "service_trouble"}},
};

constexpr Row kStreamErrors[] = {
    {429, {Reaction::back_off_long, "rate_limited"}},
    {503, {Reaction::back_off, "service_restart"}},
    {515, {Reaction::reconnect_now, "restart_required"}},
    {516, {Reaction::erase, "device_removed"}},
};

}  // namespace

Verdict judge(const stanza::Failure& failure) {
  for (const Row& row : kFailures) {
    if (row.code == failure.reason) return row.verdict;
  }
  return {Reaction::retry_once, "unknown_failure"};
}

// The conflict decides before the code: `replaced` must never reconnect, whatever number comes with it.
Verdict judge(const stanza::StreamError& error) {
  if (error.conflict == "replaced") return {Reaction::yield, "replaced"};
  if (!error.conflict.empty()) {
    return error.code == 401 ? Verdict{Reaction::erase, "device_removed"} : Verdict{Reaction::back_off, "conflict"};
  }
  for (const Row& row : kStreamErrors) {
    if (row.code == error.code) return row.verdict;
  }
  if (error.unacked_id) return {Reaction::back_off, "missing_ack"};
  if (error.not_well_formed) return {Reaction::back_off, "bad_stanza_sent"};
  return {Reaction::back_off, "stream_error"};
}

}  // namespace wa::client
