-- A message is found by lexemes: its bigrams, its room and its English stems, in one index.
set local statement_timeout = 0;
alter table search_message add column terms tsvector;
-- When the text was edited or deleted: what is older changes nothing any more.
alter table search_message add column revised_at timestamptz;
-- A text that was edited or deleted before its sending was heard has no time yet.
alter table search_message alter column created_at drop not null;
update search_message set
  content = normalize(content),
  revised_at = case when content = '' then 'infinity'::timestamptz else '-infinity' end,
  terms = case when content = '' then '' else
    array_to_tsvector(bigrams || ('r=' || room_id) || array(
      select 's=' || stem
      from regexp_matches(folded, '(?<![a-z])[a-z]{2,40}(?![a-z])', 'g') as found (word),
        unnest(ts_lexize('english_stem', word[1])) as stem))
  end;
alter table search_message alter column terms set not null;
alter table search_message alter column revised_at set not null;
-- With it goes its index.
alter table search_message drop column bigrams;
drop index search_message_room;
create index search_message_terms on search_message using gin (terms);
