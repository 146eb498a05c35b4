// One answer for whoever comes when all queries are open: Errc::full, whatever was to be asked.
#include "unit/client/client_rig.h"

namespace full_test {

using namespace wa;
using wa::test::ClientRig;

TEST_CASE("with all queries open, whatever asks the service is told that there is no room") {
  ClientRig rig(true);
  rig.go_online();
  Result<void> last;
  for (std::size_t i = 0; i <= limits::kOpenQueriesMax && last.ok(); ++i) {
    last = rig.execute(client::AskBlocklist{i + 1});
  }
  REQUIRE(!last.ok());
  CHECK(last.error().code == Errc::full);
  const wire::Jid alice{"5511999999991", wire::Server::pn};
  const client::Command asking[] = {
      client::AskNumbers{1001, {alice.user}},
      client::AskProfile{1002, alice},
      client::AskPicture{1003, alice, false, ""},
      client::ChangeBlock{1004, alice, true},
      client::AskPrivacy{1005},
      client::SetOwnPicture{1006, Bytes{0xFF, 0xD8, 0xFF, 0xE0}},
      client::Logout{1007},
  };
  for (const client::Command& command : asking) {
    INFO(command.index());
    CHECK(rig.execute(command).error().code == Errc::full);
  }
  CHECK(rig.client->status().link == client::LinkState::online);
}

}  // namespace full_test
