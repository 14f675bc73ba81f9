// The place, followed as the address changes.
import { useEffect, useState } from 'preact/hooks'
import { type Place, placeOf } from './place.ts'

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash))
  useEffect(() => {
    const follow = () => setPlace(placeOf(location.hash))
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return place
}

export function goTo(hash: string): void {
  location.hash = hash
}
