// tested by unit/client/messages/about_test.cpp
#include "client/messages/about.h"

#include <algorithm>

#include "base/encoding.h"
#include "client/rows/lid_map.h"
#include "client/rows/message_secrets.h"
#include "client/rows/poll_rows.h"
#include "crypto/aes.h"
#include "crypto/hash.h"

namespace wa::client {
namespace {

using wire::Jid;

struct UseCase { const char* name; bool bound; };  // bound: the ids are authenticated, too
constexpr UseCase kUseCases[] = {{"Poll Vote", true},     {"Event Response", true}, {"Enc Reaction", false},
                                 {"Enc Comment", false},  {"Message Edit", false},  {"Event Edit", false},
                                 {"Poll Edit", false},    {"Poll Add Option", false}};
constexpr std::size_t kNonceBytes = 12;

Result<Bytes> open_as(const UseCase& use, const AddOn& sealed, ByteView secret, const std::string& id,
                      const std::string& author, const std::string& sender) {
  const auto key = crypto::hkdf_sha256<32>(secret, {}, id + author + sender + use.name);
  const std::string bound = use.bound ? id + '\0' + sender : std::string();
  return crypto::gcm_open(key, sealed.iv, view(bound), sealed.payload);
}

// As its writer sees it, the key says "mine", "of that member", or in a chat of two "yours".
Jid author_of(const PlaceholderKey& key, const MessageOrigin& origin, const Jid& chat, const Account& account) {
  if (key.from_me) return origin.sender.user_jid();
  if (key.participant) return key.participant->user_jid();
  return origin.own ? chat : account.own_jid_for(origin.sender).user_jid();
}

bool may(const Content& content, const stanza::Message& message, const MessageOrigin& origin, const Jid& author,
         const store::Txn& txn) {
  if (same_user(txn, author, origin.sender)) return true;
  const bool group = origin.chat.server == wire::Server::group;
  if (content.change == Change::revoked) return group && message.edit == "8";
  if (content.change == Change::edited) return group && content.sealed && content.sealed->use == Seal::poll_option;
  return true;
}

// Phones write LIDs in chats by LID, numbers in older ones: whatever fits (10 section 7).
Result<Bytes> open_sealed(const AddOn& sealed, ByteView secret, const std::string& id, const Jid& author,
                          const Jid& sender, const store::Txn& txn) {
  const std::pair<Jid, Jid> forms[] = {{lid_or_same(txn, author), lid_or_same(txn, sender)},
                                       {pn_or_same(txn, author), pn_or_same(txn, sender)},
                                       {author, sender}};
  for (const auto& [by, from] : forms) {
    if (auto opened = open_add_on(sealed, secret, id, by, from)) return opened;
  }
  return {Errc::bad_mac, "add-on"};
}

// Votes name options by their hashes.
void name_votes(std::vector<std::string>& votes, const std::vector<std::string>& options) {
  for (std::string& vote : votes) {
    const auto is_it = [&](const std::string& option) { return hex(crypto::sha256(view(option))) == vote; };
    const auto found = std::find_if(options.begin(), options.end(), is_it);
    if (found != options.end()) vote = *found;
  }
}

void open_content(Content& content, const stanza::Message& message, const MessageOrigin& origin, const Jid& author,
                  Turn& turn) {
  const std::string& id = content.key->id;
  auto secret = find_secret(turn.txn, author, id, turn.now.wall);
  const auto plaintext =
      secret ? open_sealed(*content.sealed, secret->secret, id, author, origin.sender.user_jid(), turn.txn)
             : Result<Bytes>(Errc::not_ready, "no secret");
  content.unreadable = !plaintext || !read_unsealed(content.sealed->use, *plaintext, content);
  if (content.unreadable) return;
  name_votes(content.votes, secret->options);
  if (content.sealed->use == Seal::vote) {
    const WallTime time = message.t > 0 ? WallTime::from_seconds(message.t) : turn.service_time();
    note_vote(turn.txn, author, id, origin.sender, content.votes, time);
  }
  if (!content.poll) return;
  // The poll has other options now: later votes name those.
  const bool one_more = content.sealed->use == Seal::poll_option;
  auto& options = content.poll->options;
  if (one_more) options.insert(options.begin(), secret->options.begin(), secret->options.end());
  secret->options = options;
  remember_secret(turn.txn, author, id, *std::move(secret));
}

// As users know them.
void name_people(Content& content, const store::Txn& txn) {
  for (Jid& jid : content.mentioned) jid = pn_or_same(txn, jid.user_jid());
  if (!content.quoted) return;
  for (auto* jid : {&content.quoted->participant, &content.quoted->chat}) {
    if (*jid) *jid = pn_or_same(txn, (*jid)->user_jid());
  }
}

}  // namespace

Result<Bytes> open_add_on(const AddOn& sealed, ByteView secret, const std::string& id, const Jid& author,
                          const Jid& sender) {
  if (sealed.iv.size() != kNonceBytes) return {Errc::bad_input, "nonce"};
  const std::string by = author.text(), from = sender.text();
  auto opened = open_as(kUseCases[static_cast<std::size_t>(sealed.use)], sealed, secret, id, by, from);
  if (opened || sealed.use != Seal::poll_option) return opened;
  return open_as(kUseCases[static_cast<std::size_t>(Seal::poll_edit)], sealed, secret, id, by, from);
}

bool settle_content(Content& content, const stanza::Message& message, const MessageOrigin& origin,
                    const Account& account, Turn& turn) {
  if (!content.key) {
    name_people(content, turn.txn);
    return content.change == Change::none && !content.sealed;
  }
  const Jid chat = origin.own && content.sent_to ? content.sent_to->user_jid() : origin.chat;
  const Jid author = author_of(*content.key, origin, chat, account);
  if (!may(content, message, origin, author, turn.txn)) {
    turn.log(LogLevel::warning, "a change of another's message ignored");
    return false;
  }
  content.target = MessageRef{content.key->id, account.is_own_user(author), pn_or_same(turn.txn, author)};
  if (content.sealed) open_content(content, message, origin, author, turn);
  name_people(content, turn.txn);
  return true;
}

void say_sent(ByteView bytes, const Account& account, MessageSent& sent, Turn& turn) {
  auto content = parse_content(bytes, Speaker::other);
  if (!content) return;
  MessageOrigin origin;
  origin.own = true;
  origin.chat = sent.chat;
  origin.sender = account.own_jid_for(sent.chat);
  stanza::Message as;
  as.edit = "8";   // the service has let it through
  if (!settle_content(*content, as, origin, account, turn)) return;
  if (content->protocol == ProtocolKind::timer) content->type = "chat_timer";
  keep_secret(*content, sent.id, origin.sender, sent.chat, true, turn);
  if (!sent.mentioned.empty()) content->mentioned = sent.mentioned;   // everybody, when it left
  content->mention_all = content->mention_all || sent.mention_all;
  sent.said = std::move(*content);
}

void keep_secret(const Content& content, const std::string& id, const Jid& author, const Jid& chat,
                 bool ours, Turn& turn) {
  if (content.secret.empty() || content.type.empty() || content.change != Change::none || content.sealed) return;
  MessageSecret secret{content.secret, turn.now.wall, content.poll || content.type == "event", {}};
  if (content.poll) {
    secret.options = content.poll->options;
    PollRow poll;
    poll.chat = chat.user_jid();
    poll.question = content.poll->question;
    poll.several = content.poll->several;
    poll.since = turn.now.wall;
    poll.options = content.poll->options;
    remember_poll(turn.txn, author, id, ours, std::move(poll));
  }
  remember_secret(turn.txn, author, id, std::move(secret));
}

}  // namespace wa::client
