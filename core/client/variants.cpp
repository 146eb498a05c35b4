// tested by unit/client/odd_stanzas_test.cpp
// The copies and destructors of the variants that many files pass on, and what collects them.
#include "client/contract.h"
#include "client/effect.h"
#include "client/notice.h"
#include "client/turn.h"

namespace wa {

Effect::Effect(const Effect&) = default;
Effect::Effect(Effect&&) noexcept = default;
Effect& Effect::operator=(const Effect&) = default;
Effect& Effect::operator=(Effect&&) noexcept = default;
Effect::~Effect() = default;

namespace client {

Event::Event(const Event&) = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(const Event&) = default;
Event& Event::operator=(Event&&) noexcept = default;
Event::~Event() = default;

Command::Command(const Command&) = default;
Command::Command(Command&&) noexcept = default;
Command& Command::operator=(const Command&) = default;
Command& Command::operator=(Command&&) noexcept = default;
Command::~Command() = default;

Query::Query(const Query&) = default;
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(const Query&) = default;
Query& Query::operator=(Query&&) noexcept = default;
Query::~Query() = default;

Notice::Notice(Notice&&) noexcept = default;
Notice& Notice::operator=(Notice&&) noexcept = default;
Notice::~Notice() = default;

void Turn::notify(Notice value) { notices.push_back(std::move(value)); }
void Turn::query(wire::Node iq, Query what) { queries.push_back({std::move(iq), std::move(what)}); }

}  // namespace client
}  // namespace wa
