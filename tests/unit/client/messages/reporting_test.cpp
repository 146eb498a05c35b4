// Which messages have a reporting token; the tokens themselves are vectors (reporting_token.json).
#include "client/messages/reporting.h"

#include "unit/client/message_rig.h"

namespace reporting_test {

using namespace wa;
using namespace wa::client;
using test::jid;

TEST_CASE("a token covers what is reported, by whom it was sent and where") {
  const wire::Jid own = jid("90000000000001:7@lid"), chat = jid("70000000000002@lid");
  const std::string id = "3EB0A", other = "3EB0B";
  test::ScriptedRandom random;
  const auto written = [&](const MessageBody& body) { return build_body_content(body, chat, {1}, random); };
  const Bytes text = written(Text{"hi"});
  const Bytes token = reporting_token(text, {id, own, chat});
  CHECK(token.size() == 16);
  CHECK(token == reporting_token(text, {id, own.user_jid(), chat}));   // whatever the device
  CHECK(token != reporting_token(text, {other, own, chat}));
  CHECK(token != reporting_token(text, {id, chat, own}));
  CHECK(reporting_token(build_text_content("hi", {}, {}), {id, own, chat}).empty());   // no secret
  CHECK(reporting_token(written(EmojiReaction{{"3EB0", true, {}}, "x"}), {id, own, chat}).empty());
  CHECK(reporting_token(written(Edit{{"3EB0", true, {}}, "x"}), {id, own, chat}).empty());
  FileBody file;
  file.kind = MediaKind::document;
  file.file.mimetype = "a/b";
  CHECK_FALSE(reporting_token(written(file), {id, own, chat}).empty());
  file.caption = "wrapped";
  CHECK(reporting_token(written(file), {id, own, chat}).empty());
  for (const Bytes& bytes : {Bytes(), Bytes{0xff}, Bytes{0x32, 0x05, 0x0a}}) {
    CHECK(reporting_token(bytes, {id, own, chat}).empty());
    CHECK(reported_content(bytes).empty());
  }
}

}  // namespace reporting_test
