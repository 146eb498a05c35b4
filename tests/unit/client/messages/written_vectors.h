// Vectors of message kinds from the other side: what we write of a kind, and what stands around it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace wa::test {

// Of a vector of kind "message", "biz", "link" or "token": empty, or what is wrong. What another library alone
// writes is
// not written here: such vectors are passed over.
std::string fault_of_traits(const nlohmann::json& vector);
std::string fault_of_writing(const nlohmann::json& vector);
std::string fault_of_flow(const nlohmann::json& vector);
std::string fault_of_link(const nlohmann::json& vector);
std::string fault_of_token(const nlohmann::json& vector);

}  // namespace wa::test
