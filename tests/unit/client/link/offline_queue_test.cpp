#include "client/link/offline_queue.h"

#include <catch2/catch.hpp>

#include "store/memory_store.h"
#include "unit/client/scripted_turn.h"
#include "unit/stanza/xml.h"

namespace notices_test {

using namespace wa;
using namespace wa::client;
using test::xml;

namespace {

const char* const kBatchStanza = "<ib><offline_batch count='200'/></ib>";
std::string sent(const std::optional<wire::Node>& node) { return node ? xml(*node) : ""; }

}  // namespace

TEST_CASE("the queue is pulled batch after batch") {
  test::ScriptedTurn script;
  OfflineQueue queue;
  CHECK(sent(queue.on_preview({30, 20, 5, 4, 0, 1}, script.turn())) == kBatchStanza);
  const auto preview = script.only_event<OfflinePreview>();
  CHECK(preview.total == 30);
  CHECK(preview.messages == 20);
  CHECK(preview.calls == 1);

  script.advance(40);
  queue.on_queued_stanza(script.turn());
  queue.on_queued_stanza(script.turn());
  CHECK(*queue.deadline() == script.now.mono + 100);
  script.advance(99);
  CHECK(sent(queue.on_tick(script.turn())).empty());
  script.advance(1);
  CHECK(sent(queue.on_tick(script.turn())) == kBatchStanza);
  CHECK(sent(queue.on_tick(script.turn())).empty());   // not before a stanza of that batch
  queue.on_queued_stanza(script.turn());
  script.advance(100);
  CHECK(sent(queue.on_tick(script.turn())) == kBatchStanza);

  CHECK_FALSE(queue.caught_up());
  queue.on_done({30}, script.turn());
  CHECK(script.only_event<OfflineCompleted>().count == 30);
  CHECK(queue.caught_up());
  CHECK_FALSE(queue.deadline());
  queue.on_queued_stanza(script.turn());
  CHECK_FALSE(queue.deadline());
}

TEST_CASE("caught up after a minute at the latest, and only once") {
  test::ScriptedTurn script;
  OfflineQueue queue;
  queue.on_preview({30, 30, 0, 0, 0, 0}, script.turn());
  queue.on_queued_stanza(script.turn());
  script.events.clear();
  script.advance(59'999);
  CHECK(sent(queue.on_tick(script.turn())) == kBatchStanza);
  CHECK(script.events.empty());
  script.advance(1);
  queue.on_tick(script.turn());
  CHECK(script.only_event<OfflineCompleted>().count == 1);
  queue.on_queued_stanza(script.turn());            // still pulling
  script.advance(100);
  CHECK(sent(queue.on_tick(script.turn())) == kBatchStanza);
  queue.on_done({30}, script.turn());
  CHECK(script.events.empty());
}

TEST_CASE("done without a preview, and a new connection") {
  test::ScriptedTurn script;
  OfflineQueue queue;
  queue.on_done({0}, script.turn());
  CHECK(script.only_event<OfflineCompleted>().count == 0);
  queue.on_offline(script.turn());
  CHECK_FALSE(queue.caught_up());
  CHECK(sent(queue.on_preview({1, 1, 0, 0, 0, 0}, script.turn())) == kBatchStanza);
  CHECK(sent(queue.on_preview({1, 1, 0, 0, 0, 0}, script.turn())).empty());
}

TEST_CASE("dirty data") {
  struct Row { const char* type; bool app_state, account; };
  for (const Row& row : {Row{"syncd_app_state", true, false}, Row{"account_sync", false, true}, Row{"groups", false, false},
                         Row{"newsletter_metadata", false, false}}) {
    CAPTURE(row.type);
    const DirtyNotice notice = read_dirty({row.type, "1750000000"});
    CHECK(notice.app_state == row.app_state);
    CHECK(notice.account == row.account);
    CHECK(sent(notice.clean) == std::string("<iq to='s.whatsapp.net' type='set' xmlns='urn:xmpp:whatsapp:dirty'><clean type='") +
                                    row.type + "' timestamp='1750000000'/></iq>");
  }
  CHECK_FALSE(read_dirty({}).clean);
}

}  // namespace notices_test
