// The webhook events the demo asks for.
export const kEvents = [
  'message.received', 'message.sent', 'message.delivered', 'message.read', 'message.undecryptable',
  'device.connected', 'device.disconnected', 'device.logged_out', 'connection.failure', 'connection.stream_replaced',
  'chat.pin', 'chat.mute', 'chat.archive', 'call.offer', 'call.reject', 'call.terminate', 'call.auto_reply',
  'qr.generated', 'pair.success', 'app_state.sync_complete', 'identity.change',
];
