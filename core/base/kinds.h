// Lists of types, joined at compile time: a room lists its own in its contract.h, and who joins the rooms makes one
// variant of all lists. Guarantees: the order of the lists and of the types in them. Does not drop what occurs twice.
#pragma once

#include <type_traits>
#include <variant>

namespace wa {

template <class... Types> struct Kinds {};

namespace kinds {

template <class... Lists> struct Join;
template <> struct Join<> { using Type = Kinds<>; };
template <class... One> struct Join<Kinds<One...>> { using Type = Kinds<One...>; };
template <class... One, class... Other, class... Rest>
struct Join<Kinds<One...>, Kinds<Other...>, Rest...> : Join<Kinds<One..., Other...>, Rest...> {};

template <class List> struct VariantOf;
template <class... Types> struct VariantOf<Kinds<Types...>> { using Type = std::variant<Types...>; };

}  // namespace kinds

template <class... Lists> using JoinedKinds = typename kinds::Join<Lists...>::Type;
template <class List> using VariantOf = typename kinds::VariantOf<List>::Type;

}  // namespace wa
