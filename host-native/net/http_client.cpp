#include "net/http_client.h"

#include "net/outgoing.h"
#include "system/background.h"

namespace wa::native {

namespace asio = boost::asio;

ClientAnswer HttpClient::call(const std::string& method, const std::string& target, const std::string& body) const {
  asio::io_context io;
  Resolver resolver(Resolver::Limits::for_command());
  TlsContext tls(ca_file_);
  Outgoing out{io, resolver, tls};
  Url url = base_;
  url.target = target;
  HttpCall call{Destination::of_operator(std::move(url)), {}, method};
  call.headers = {{"Authorization", "Bearer " + token_}, {"Content-Type", "application/json"}};
  call.body = body;
  call.answer_bytes_max = 16u << 20;
  call.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  ClientAnswer answer;
  const auto talk = [&]() -> asio::awaitable<void> {
    try {
      const HttpAnswer got = co_await exchange(out, call);
      answer.status = got.status;
      answer.body = to_string(got.body);
      if (got.status == 0) answer.problem = "no answer from " + base_.host_header();
    } catch (const std::exception& problem) {
      answer.problem = problem.what();
    }
  };
  spawn(io.get_executor(), "http.call_failed", talk());
  io.run();
  return answer;
}

}  // namespace wa::native
