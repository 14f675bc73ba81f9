// The search service: messages by what they say, in rooms that the asker may read now.
import { type Service, tablesOf } from '../service.ts'
import { searchHearing } from './on.ts'
import { type SearchParts, searchRoutes } from './routes.ts'

export function searchService(parts: SearchParts): Service {
  return {
    name: 'search',
    migrations: tablesOf('search', import.meta.url, ['tables', 'lexemes']),
    routes: searchRoutes(parts),
    hears: [searchHearing()],
  }
}
