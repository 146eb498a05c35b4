// Rooms of core/client that core-lite.wasm has in name only: nothing asks them anything (lite_routes.cpp), and what they would
// hear is about what nobody asked. The archive's own members of these names are then not linked.
#include "client/account/privacy_and_picture.h"
#include "client/people/profiles.h"

namespace wa::client {
namespace {

Result<void> left_out() { return {Errc::unsupported, "not in this build"}; }

}  // namespace

Result<void> AccountSettings::execute(const AskPrivacy&, Out&, Turn&) { return left_out(); }
Result<void> AccountSettings::execute(const SetOwnPicture&, Out&, Turn&) { return left_out(); }
void AccountSettings::on_answer(const OwnPictureQuery&, const QueryAnswer&, Out&, Turn&) {}

}  // namespace wa::client
