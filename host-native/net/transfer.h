// One HTTP exchange whose bodies are not held in memory: the request's is read piece by piece, of the answer each piece
// is handed on as it comes. Bounded in time twice, from one sign of progress to the next and over all, and in bytes.
// Does not: follow redirects, or keep anything.
#pragma once

#include <optional>
#include <span>

#include "net/outgoing.h"

namespace wa::native {

struct AnswerHead {
  int status = 0;
  std::string content_type, content_disposition, location, retry_after;
  std::optional<std::uint64_t> length;
};

struct Transfer {
  Destination to;
  std::string tenant;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers{};
  std::uint64_t body_bytes = 0;
  // The next bytes of the request's body, exactly as many as fit; false: they cannot be had, and the exchange ends.
  std::function<bool(std::span<std::uint8_t>)> next = nullptr;
  // False: nothing of the answer's body is wanted.
  std::function<bool(const AnswerHead&)> wanted = nullptr;
  std::function<bool(ByteView)> piece = nullptr;   // false: no more is wanted
  std::uint64_t answer_bytes_max = 64u << 10;
  std::chrono::milliseconds progress{30'000};
  std::chrono::steady_clock::time_point deadline{};
};
struct TransferEnd {
  AnswerHead head;                          // status 0: no HTTP answer, and why:
  WebhookFault fault = WebhookFault::none;
  bool complete = false;                    // the whole body of the answer was handed on
  bool too_large = false, timeout = false;  // why it was not
};
boost::asio::awaitable<TransferEnd> transfer(Outgoing& out, Transfer& call);

// Where a Location leads, seen from the URL that answered with it; nullopt: nowhere. From https only to https.
std::optional<std::string> redirect_target(const Url& from, std::string_view location);
// The name of a file: of a Content-Disposition, else the last part of a path; without folders, "" when there is none.
std::string file_name_of(std::string_view content_disposition, std::string_view target);

}  // namespace wa::native
