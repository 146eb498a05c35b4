// The deadline of a connection, and who is closed when there is no room, with a socket whose other end the test holds.
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <thread>

#include "http/shared.h"

using namespace wa::native;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

struct Pair {
  asio::io_context io;
  tcp::acceptor acceptor{io, {asio::ip::make_address("127.0.0.1"), 0}};
  tcp::socket socket{io}, peer{io};
  std::shared_ptr<Deadline> deadline;
  bool ended = false, cancelled = false;

  Pair() {
    peer.connect(acceptor.local_endpoint());
    acceptor.accept(socket);
    deadline = std::make_shared<Deadline>(socket);
  }
  ~Pair() { deadline->end(); }
  void read() {
    ended = cancelled = false;
    socket.async_read_some(asio::buffer(bytes), [this](boost::system::error_code failed, std::size_t) {
      ended = true;
      cancelled = failed == asio::error::operation_aborted;
    });
  }
  void run(int ms) {
    io.restart();
    io.run_for(std::chrono::milliseconds(ms));
  }
  void send() {
    asio::write(peer, asio::buffer("GET", 3));
    socket.wait(tcp::socket::wait_read);
  }
  char bytes[64]{};
};

}  // namespace

TEST_CASE("a deadline that passes between two operations ends the next one") {
  Pair at;
  at.deadline->set(20);
  at.run(100);
  CHECK(at.deadline->passed());
  at.read();
  at.run(500);
  CHECK(at.cancelled);
  at.deadline->set(20'000);  // and is over with the next
  CHECK_FALSE(at.deadline->passed());
  at.read();
  at.run(200);
  CHECK_FALSE(at.ended);
  at.deadline->set(20);  // an earlier one as well
  at.run(500);
  CHECK(at.cancelled);
  at.deadline->clear();
  at.read();
  at.run(200);
  CHECK_FALSE(at.ended);
}

TEST_CASE("a connection that waits gives up its place, one that was just asked something does not") {
  Pair at;
  at.deadline->idle(true);
  at.read();
  const bool asked = GENERATE(false, true);
  if (asked) at.send();
  CHECK(at.deadline->end_if_idle() == !asked);
  CHECK_FALSE((!asked && at.deadline->end_if_idle()));  // once
  at.run(200);
  CHECK(at.ended);
  CHECK(at.cancelled == !asked);
  CHECK(at.deadline->unwanted() == !asked);
}

TEST_CASE("a connection that is asked before it hears that its place was given away answers, and is no longer wanted") {
  Pair at;
  at.deadline->idle(true);
  REQUIRE(at.deadline->end_if_idle());
  at.deadline->idle(false);  // the head of a request is there, its body is read
  at.read();
  at.run(100);
  CHECK_FALSE(at.ended);
  CHECK(at.deadline->unwanted());
}
