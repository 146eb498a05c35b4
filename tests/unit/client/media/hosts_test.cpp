// The media connection: asked for once, for all; used no longer than it lives; dropped when it is refused.
#include "unit/client/files/files_rig.h"

using namespace wa;
using namespace wa::client;
using test::FilesRig;

TEST_CASE("one question for all who need it, and what it says holds until 30 s before its end") {
  FilesRig at;
  CHECK_FALSE(at.hosts.known(at.world.turn()));
  CHECK_FALSE(at.hosts.may_upload(at.world.turn()));
  CHECK(at.world.take_queries().size() == 1);
  at.know_hosts();
  CHECK((at.hosts.known(at.world.turn()) && at.hosts.may_upload(at.world.turn())));
  CHECK(at.hosts.names() == std::vector<std::string>{"a.whatsapp.net", "b.whatsapp.net"});
  CHECK(at.hosts.auth() == "A+/=");
  at.world.advance(1'769'999);
  CHECK(at.hosts.may_upload(at.world.turn()));
  at.world.advance(1);
  CHECK_FALSE(at.hosts.may_upload(at.world.turn()));
  CHECK(at.world.take_queries().size() == 1);
  at.know_hosts();
  at.hosts.drop();
  CHECK_FALSE(at.hosts.known(at.world.turn()));
}

TEST_CASE("without an answer files are fetched by the name that is always there, and none are sent") {
  FilesRig at;
  CHECK_FALSE(at.hosts.known(at.world.turn()));
  at.hosts.on_answer(MediaConnQuery{}, QueryAnswer(QueryTimeout{}), at.out, at.world.turn());
  CHECK(at.hosts.known(at.world.turn()));
  CHECK(at.hosts.names() == std::vector<std::string>{"mmg.whatsapp.net"});
  CHECK_FALSE(at.hosts.can_upload(at.world.now.mono));
  at.know_hosts({"evil.example", "a.whatsapp.net.example"});
  CHECK(at.hosts.names() == std::vector<std::string>{"mmg.whatsapp.net"});
  CHECK_FALSE(at.hosts.can_upload(at.world.now.mono));
}

// Else each who waits would ask again within the same step, and be told again that there is no link.
TEST_CASE("a question that could not be asked is not asked again at once") {
  FilesRig at;
  CHECK_FALSE(at.hosts.known(at.world.turn()));
  at.hosts.on_answer(MediaConnQuery{}, QueryAnswer(QueryLinkLost{}), at.out, at.world.turn());
  (void)at.world.take_queries();
  CHECK(at.hosts.known(at.world.turn()));
  CHECK(at.world.take_queries().empty());
  CHECK_FALSE(at.hosts.can_upload(at.world.now.mono));
  at.world.advance(1000);
  CHECK_FALSE(at.hosts.known(at.world.turn()));
}
