// Limits that several contexts share.

/** Keys that one instance of a group handles at once: five groups share one pool of connections. */
export const HANDLERS_AT_ONCE_MAX = 4

/** The same for a group whose handlers only store: they share transactions on one connection. */
export const HANDLERS_TOGETHER_MAX = 64

/** Such a group's fetches gather records for so long: what it stores is looked at by people. */
export const FETCH_INTERVAL_MS_MIN = 500
