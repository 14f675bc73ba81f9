// The chat context's words: its topics, events, group and routes.
export {
  ChatRoomCreated,
  ChatRoomEnlarged,
  ChatRoomMemberJoined,
  ChatRoomMemberLeft,
  ChatRoomMuteChanged,
  ChatRoomRenamed,
  chatEvents,
  chatGroup,
  MessageDeleted,
  MessageEdited,
  messageEvents,
  MessageSent,
  MessagesRead,
} from './chat/events.ts'
export {
  CONTENT_LENGTH_MAX,
  INVITED_MAX,
  LARGE_ROOM_MEMBERS,
  MEMBERS_MAX,
  MESSAGES_READ_MAX,
  PAGE_LIMIT_MAX,
  ROOM_NAME_LENGTH_MAX,
} from './chat/fields.ts'
export {
  deleteMessage,
  editMessage,
  listMessages,
  markRead,
  Message,
  MESSAGES_LIMIT,
  sendMessage,
} from './chat/message.ts'
export {
  createRoom,
  inviteMembers,
  leaveRoom,
  listRooms,
  Member,
  muteRoom,
  readRoom,
  removeMember,
  renameRoom,
  Room,
  ROOMS_LIMIT,
  typeInRoom,
} from './chat/room.ts'
