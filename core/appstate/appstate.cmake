wa_module(appstate
  SOURCES
    lthash.cpp index.cpp mutation.cpp patch.cpp key_ring.cpp collection.cpp action.cpp
    action_table.cpp  # before the rows: it must name them all, in a batch too
    actions/chat_actions.cpp actions/contact_actions.cpp actions/account_actions.cpp actions/label_actions.cpp
    actions/status_actions.cpp
  LINK wa_base wa_crypto wa_store PRIVATE_LINK wa_proto)
