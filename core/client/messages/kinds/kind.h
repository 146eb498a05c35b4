// A message kind is a row: all that is particular about it when it is written, sent, read and told. A new kind is one
// file (or one more row in the file of its family) and its line in kind_table.cpp.
// Guarantees: a body that no line writes does not compile, nor do two lines of one number. All that the outbox asks
// of a kind stands in its row: no content is read again for it. Does not say how e2e.proto looks: the rows' files know.
#pragma once

#include <cstddef>
#include <type_traits>
#include <variant>

#include "base/random.h"
#include "base/time.h"
#include "client/messages/contract.h"
#include "client/messages/read_content.h"
#include "proto/reader.h"
#include "stanza/outbound/outbound.h"

namespace wa::proto { class Writer; }

namespace wa::client {

// What a body is written with. `chat`: as the keys of other messages in it are written. `info`: fields of the
// MessageContextInfo beside the secret.
struct Writing { const wire::Jid& chat; WallTime now; proto::Writer& info; };

// A text of a kind: a field, or one inside a field that is a message. 0: none.
struct Path { std::uint8_t field = 0, inside = 0; };

struct Kind {
  const char* id;                   // Said::type; empty: not told, it changes another message or the chat
  int field = 0;                    // of a Message without wrappers: where it stands
  bool (*is)(const proto::Reader&) = nullptr;   // none: the field is there
  const stanza::MessageTraits* traits = nullptr;   // of the stanza around it, when it is sent; none: those of a text
  void (*adapt)(const proto::Reader&, stanza::MessageTraits&) = nullptr;   // what this one (a Message) adds to them
  void (*write)(const MessageBody&, const Writing&, proto::Writer&) = nullptr;   // none: it is only read
  // What is read of the field, besides its context: texts by their paths, whatever else by a function (of the Message).
  Path text = {}, or_text = {}, choice = {};
  void (*read)(const proto::Reader&, Content&) = nullptr;
  std::uint8_t context = 17;        // where the ContextInfo stands; 0: nowhere
  bool counts_as_last_message = true;   // of its chat; and others may seal what is about it: it has a secret
};

// What is not UTF-8 is no text.
std::string clean_text(std::string);

// A row's `write` from a function that takes its own body.
template <class Body, void (*Write)(const Body&, const Writing&, proto::Writer&)>
void write_as(const MessageBody& body, const Writing& with, proto::Writer& out) {
  if (const Body* own = std::get_if<Body>(&body)) Write(*own, with, out);
}

// The key of another message of the chat.
proto::Writer written_key(const MessageRef& of, const wire::Jid& chat);
// A file as the message that it is, or as a part of another (media.cpp).
proto::Writer written_file(const FileBody&, WallTime now);
proto::Writer written_location(const Location&);   // location.cpp

// --- the table: a line names a row, and the body it writes. The number is what stored rows say: it is never changed,
// and never given to another kind. From 1 on.
struct KindLine { const Kind* kind; std::uint8_t number, body = 0xff; };   // 0xff: none

template <class Body, class Bodies = MessageBody, std::size_t At = 0>
constexpr std::size_t body() {
  if constexpr (std::is_same_v<Body, std::variant_alternative_t<At, Bodies>>) return At;
  else return body<Body, Bodies, At + 1>();
}

template <class Bodies, std::size_t Count>
constexpr bool each_body_has_one_kind(const KindLine (&lines)[Count]) {
  for (std::size_t at = 0; at < std::variant_size_v<Bodies>; ++at) {
    int found = 0;
    for (const KindLine& line : lines) found += line.body == at;
    if (found != 1) return false;
  }
  return true;
}

template <std::size_t Count>
constexpr bool each_has_its_number(const KindLine (&lines)[Count]) {
  for (const KindLine& line : lines) {
    int found = 0;
    for (const KindLine& other : lines) found += other.number == line.number;
    if (found != 1 || line.number == 0) return false;
  }
  return true;
}

}  // namespace wa::client
